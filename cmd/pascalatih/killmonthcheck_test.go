package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pascalatih/bot/simulator"
)

// check holds the month against its calendar and against what Telegram took.
func (w *monthWorld) check() {
	w.t.Helper()
	for _, tw := range w.twins {
		if tw.kills != monthKills {
			w.t.Errorf("the %s process was killed %d times, want %d", tw.name, tw.kills, monthKills)
		}
	}
	if w.midway < 5 {
		w.t.Errorf("%d kills fell in the middle of sending, want 5 at least", w.midway)
	}
	if err := w.telegram.Sound(); err != nil {
		w.t.Errorf("towards Telegram the bots broke rules: %v", err)
	}
	w.checkRounds()
	w.checkSummaries()
	w.checkReminders()
	w.checkEnds()
	w.checkMessages()
}

// openedRound is a round as the database has it.
type openedRound struct {
	id                   int64
	training, instrument string
	at                   time.Time
}

// checkRounds makes sure that each occasion opened one round, when it came or, where
// no process ran then, when one did.
func (w *monthWorld) checkRounds() {
	w.t.Helper()
	rounds := w.openedRounds()
	want := monthRounds()
	if len(rounds) != len(want) {
		w.t.Fatalf("%d rounds opened, want %d: %+v", len(rounds), len(want), rounds)
	}
	for i, round := range rounds {
		if round.training != want[i].training || round.instrument != want[i].instrument {
			w.t.Errorf("round %d is of %s about %q, want %+v", i+1, round.instrument, round.training, want[i])
		}
		if late := round.at.Sub(w.moment(want[i].opens)); late < 0 || late > longestDown {
			w.t.Errorf("round %d opened %v after its occasion %s", i+1, late, want[i].opens)
		}
	}
}

func (w *monthWorld) openedRounds() (rounds []openedRound) {
	w.t.Helper()
	rows, err := w.db.QueryContext(w.t.Context(), `
		SELECT r.id, coalesce(t.code, ''), r.instrument_key, r.opened_at FROM round r LEFT JOIN training t ON t.id = r.training_id
		ORDER BY coalesce(r.occasion, r.opened_at), t.code NULLS LAST`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var round openedRound
		if err := rows.Scan(&round.id, &round.training, &round.instrument, &round.at); err != nil {
			w.t.Fatal(err)
		}
		rounds = append(rounds, round)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return rounds
}

// checkSummaries makes sure that each Monday has one, of which the administrator was
// told.
func (w *monthWorld) checkSummaries() {
	w.t.Helper()
	for _, monday := range monthSummaries() {
		kept := countIn(w.t, w.db, `SELECT count(*) FROM summary WHERE occasion = $1`, w.moment(monday))
		told := countIn(w.t, w.db, `
			SELECT count(*) FROM delivery d JOIN summary s ON s.id = d.summary_id
			WHERE s.occasion = $1 AND d.kind = 'summary' AND d.account_id = $2 AND d.state = 'sent'`, w.moment(monday), monthAdmin)
		if kept != 1 || told != 1 {
			w.t.Errorf("of %s there are %d summaries, told %d times", monday, kept, told)
		}
	}
	if all := countIn(w.t, w.db, `SELECT count(*) FROM summary`); all != len(monthSummaries()) {
		w.t.Errorf("%d summaries, want %d", all, len(monthSummaries()))
	}
}

// checkReminders makes sure that on each day of a round's reminders everybody who knew
// of it since an earlier day, and did not send, has one of that day, and that there
// are no others. Those who answer are left out: who sent when, is not in the calendar.
func (w *monthWorld) checkReminders() {
	w.t.Helper()
	for i, round := range w.openedRounds() {
		for _, day := range monthRounds()[i].reminders {
			missing := countIn(w.t, w.db, `
				SELECT count(*) FROM session s
				WHERE s.round_id = $1 AND s.revision = 0 AND EXISTS (
				    SELECT FROM delivery_invitation di JOIN delivery d ON d.id = di.delivery_id
				    WHERE di.invitation_id = s.invitation_id AND d.kind = 'invitation' AND d.ended_at < $3
				) AND NOT EXISTS (SELECT FROM delivery WHERE key = 'reminder:' || $1 || ':' || s.claim_id || ':' || $2::text)`,
				round.id, day, w.moment(day+" 00:00"))
			if missing > 0 {
				w.t.Errorf("%+v: on %s %d people have no reminder", round, day, missing)
			}
		}
		others := countIn(w.t, w.db, `
			SELECT count(*) FROM delivery WHERE kind = 'reminder' AND round_id = $1
			  AND NOT coalesce(right(key, 10) = ANY(string_to_array($2, ' ')), false)`, round.id, strings.Join(monthRounds()[i].reminders, " "))
		if others > 0 {
			w.t.Errorf("%+v: %d reminders of other days than %v", round, others, monthRounds()[i].reminders)
		}
	}
}

// checkEnds makes sure that all that was due has ended, and that as many attempts
// have an unknown outcome as were in the hands of the killed.
func (w *monthWorld) checkEnds() {
	w.t.Helper()
	now := w.clock.Now()
	if open := countIn(w.t, w.db, `SELECT count(*) FROM delivery WHERE state IN ('due', 'held', 'sending') AND due_at <= $1`, now); open > 0 {
		w.t.Errorf("%d deliveries that were due have no end", open)
	}
	if lost := countIn(w.t, w.db, `SELECT count(*) FROM delivery WHERE state = 'failed'`); lost > 0 {
		w.t.Errorf("%d deliveries failed, though Telegram refused none", lost)
	}
	unknowns := countIn(w.t, w.db, `SELECT coalesce(sum(unknowns), 0) FROM delivery`)
	if unknowns != w.inFlight {
		w.t.Errorf("%d attempts of unknown outcome are counted, but %d were in flight at the kills", unknowns, w.inFlight)
	}
	w.t.Logf("%d deliveries, %d of them sent; at the kills %d were in flight, %d kills fell in the middle of sending",
		countIn(w.t, w.db, `SELECT count(*) FROM delivery`), countIn(w.t, w.db, `SELECT count(*) FROM delivery WHERE state = 'sent'`),
		w.inFlight, w.midway)
}

// checkMessages holds each chat against its deliveries: there is a message for each
// that was sent, and no more than those whose outcome was not known beside them. Over
// all chats, no second has more of them than the rate.
func (w *monthWorld) checkMessages() {
	w.t.Helper()
	var all []simulator.Message
	beside := 0
	for _, r := range w.people {
		sent := w.sentTo(r.ID)
		repeats := 0
		for _, m := range unasked(r, sent) {
			all = append(all, m)
			if !sent[m.ID] {
				repeats++
			}
			delete(sent, m.ID)
		}
		if len(sent) > 0 {
			w.t.Errorf("%d: of %d deliveries that were sent there is no message", r.ID, len(sent))
		}
		counted := countIn(w.t, w.db, `SELECT coalesce(sum(unknowns), 0) FROM delivery WHERE account_id = $1`, r.ID)
		if repeats > counted {
			w.t.Errorf("%d: %d messages came beside those that were sent, but %d are counted as unknown\n%s", r.ID, repeats, counted, screenOf(r.Chat()))
		}
		beside += repeats
	}
	most := mostInASecond(all)
	if len(most) > monthRate {
		w.t.Errorf("in a second %d messages went out, though the rate is %d:\n%s", len(most), monthRate, timesOf(most))
	}
	w.t.Logf("%d unasked messages, %d of them beside the one that is known; %d at most in a second", len(all), beside, len(most))
}

// sentTo are the messages by which deliveries to an account were sent.
func (w *monthWorld) sentTo(account int64) map[int]bool {
	w.t.Helper()
	rows, err := w.db.QueryContext(w.t.Context(), `SELECT message_id FROM delivery WHERE account_id = $1 AND state = 'sent'`, account)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	sent := map[int]bool{}
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			w.t.Fatal(err)
		}
		if sent[id] {
			w.t.Errorf("%d: message %d is of two deliveries", account, id)
		}
		sent[id] = true
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return sent
}

// unasked are the bot's messages in a chat that are no replies: they are a delivery's,
// or came while the person was not at the phone. An album is its first message.
func unasked(r *resident, sent map[int]bool) (found []simulator.Message) {
	albums := map[string]bool{}
	for _, m := range r.Chat() {
		if !m.FromBot || m.Album != "" && albums[m.Album] {
			continue
		}
		albums[m.Album] = true
		replied := slices.ContainsFunc(r.busy, func(s span) bool { return !m.At.Before(s.from) && !m.At.After(s.to) })
		if sent[m.ID] || !replied {
			found = append(found, m)
		}
	}
	return found
}

// mostInASecond are the most messages that lie within a second, but for the hair by
// which rounding makes it shorter.
func mostInASecond(all []simulator.Message) (most []simulator.Message) {
	slices.SortFunc(all, func(a, b simulator.Message) int { return a.At.Compare(b.At) })
	first := 0
	for last, m := range all {
		for m.At.Sub(all[first].At) >= time.Second-time.Millisecond {
			first++
		}
		if within := all[first : last+1]; len(within) > len(most) {
			most = within
		}
	}
	return most
}

// timesOf tells of messages when they came, and how they begin.
func timesOf(messages []simulator.Message) string {
	var lines strings.Builder
	for _, m := range messages {
		begins, _, _ := strings.Cut(m.Text, "\n")
		fmt.Fprintf(&lines, "%s [%d] %s\n", m.At.Format("2006-01-02 15:04:05.000"), m.ID, begins)
	}
	return lines.String()
}
