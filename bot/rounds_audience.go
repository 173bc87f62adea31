package bot

import (
	"strings"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
	"pascalatih/survey/text"
)

// What a tap asks for where it is a question who is asked.
const (
	doSupervisors = "supervisors"
	doAlumni      = "alumni"
)

// audienceIn takes who is asked off the end of a command's words, if it is said there.
func audienceIn(words []string) ([]string, string) {
	said := map[string]string{"atasan": storage.Supervisors, "supervisors": storage.Supervisors,
		"peserta": storage.Alumni, "alumni": storage.Alumni}
	last := len(words) - 1
	if last < 2 || said[strings.ToLower(words[last])] == "" {
		return words, ""
	}
	return words[:last], said[strings.ToLower(words[last])]
}

// observation is the key of the form that supervisors fill.
const observation = "observation"

// audienceOf is who is asked where nobody says it.
func audienceOf(instrument string) string {
	if instrument == observation {
		return storage.Supervisors
	}
	return storage.Alumni
}

func (b *Bot) drawAudiences(sc scene) screen {
	return screen{Text: plain(sc.say.Say("rounds.which_audience", nil)), Buttons: telegram.Keyboard{
		{sc.button(sc.say.Say("button.supervisors", nil), doSupervisors, 0, 0)},
		{sc.button(sc.say.Say("button.alumni", nil), doAlumni, 0, 0)},
		b.stepBack(sc)}}
}

func chooseAudience(s openingState, d deed) turn[openingState] {
	s.Audience = map[string]string{doSupervisors: storage.Supervisors, doAlumni: storage.Alumni}[d.Verb]
	return turn[openingState]{State: s}
}

// writeAsked writes how many are asked, and how many of them hear of it later.
func writeAsked(p *page, say text.Phrases, audience string, preview storage.RoundPreview) {
	key := "rounds.will_ask"
	if audience == storage.Supervisors {
		key = "rounds.will_ask_supervisors"
	}
	p.text(say.Say(key, map[string]any{"Invited": say.Count(preview.Invited), "Respondents": say.Count(preview.Respondents),
		"Unreached": say.Count(preview.Invited - preview.Reachable)}))
	if preview.Unsupervised > 0 {
		p.line()
		p.text(say.Say("rounds.unsupervised", map[string]any{"Count": preview.Unsupervised}))
	}
}
