package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"pascalatih/storage"
)

type roundCommand struct {
	Start  roundStartCommand  `cmd:"" help:"Open a round now."`
	List   roundListCommand   `cmd:"" help:"List the rounds, newest first."`
	Status roundStatusCommand `cmd:"" help:"Show where a round stands."`
	Remind roundRemindCommand `cmd:"" help:"Remind those who can be reached and have not sent, once a day at most."`
	Close  roundCloseCommand  `cmd:"" help:"Close a round: complete forms are sent, nobody is asked any more."`
}

type roundStartCommand struct {
	office
	Training   string `required:"" placeholder:"CODE" help:"Code of the training."`
	Instrument string `required:"" placeholder:"KEY" help:"Key of the instrument, such as reaction."`
	Audience   string `default:"alumni" enum:"alumni,supervisors" help:"Who is asked: alumni or supervisors."`
}

func (c roundStartCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		opening := storage.Opening{Training: c.Training, Instrument: c.Instrument, Audience: c.Audience}
		round, counts, err := o.OpenRound(ctx, opening, storage.Source{}, o.zone, o.now())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "round %d is open until %s: %d invited, %d of them reachable\n",
			round.ID, round.ClosesAt.In(o.zone).Format(time.DateTime), counts.Invited, counts.Reachable)
		return errors.Join(err, o.tellWaiting(ctx, std, "invitations"))
	})
}

// tellWaiting says, in closed time, when messages of a kind go out.
func (o opened) tellWaiting(ctx context.Context, std streams, messages string) error {
	working, err := o.Working(ctx, o.zone)
	if err != nil || working.Open(o.now()) {
		return err
	}
	_, err = fmt.Fprintf(std.err, "outside working hours: %s go out from %s on\n",
		messages, working.NextOpen(o.now()).In(o.zone).Format(time.DateTime))
	return err
}

type roundListCommand struct{ office }

func (c roundListCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		rounds, err := o.Rounds(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "ROUND\tTRAINING\tINSTRUMENT\tAUDIENCE\tOPENED\tCLOSES\tSTATE")
		for _, r := range rounds {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.TrainingCode, r.InstrumentKey, r.Audience,
				r.OpenedAt.In(o.zone).Format(time.DateTime), r.ClosesAt.In(o.zone).Format(time.DateTime), roundState(r))
		}
		return table.Flush()
	})
}

func roundState(r storage.Round) string {
	switch {
	case r.ClosedAt != nil:
		return "closed"
	case r.HeldAt != nil:
		return "held"
	}
	return "open"
}

type roundStatusCommand struct {
	office
	ID int64 `arg:"" help:"Number of the round."`
}

func (c roundStatusCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		status, err := o.Status(ctx, c.ID)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		fmt.Fprintf(table, "round\t%d %s %s\n", status.ID, status.TrainingCode, status.InstrumentKey)
		fmt.Fprintf(table, "state\t%s\n", roundState(status.Round))
		fmt.Fprintf(table, "closes\t%s\n", status.ClosesAt.In(o.zone).Format(time.DateTime))
		printCounts(table, status.RoundCounts)
		return table.Flush()
	})
}

type roundRemindCommand struct {
	office
	ID int64 `arg:"" help:"Number of the round."`
}

func (c roundRemindCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		reminded, err := o.RemindRound(ctx, c.ID, storage.Source{}, o.zone, o.now())
		if storage.IsCode(err, storage.Empty) {
			return errors.New("there is nobody to remind: nobody who can be reached is yet to send")
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "round %d: %d reminded\n", c.ID, reminded)
		return errors.Join(err, o.tellWaiting(ctx, std, "reminders"))
	})
}

type roundCloseCommand struct {
	office
	ID int64 `arg:"" help:"Number of the round."`
}

func (c roundCloseCommand) Run(ctx context.Context, std streams) error {
	return c.withOffice(ctx, std, func(o opened) error {
		counts, err := o.CloseRound(ctx, c.ID, storage.Source{}, o.now())
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		fmt.Fprintf(table, "round\t%d\n", c.ID)
		printCounts(table, counts)
		return table.Flush()
	})
}

func printCounts(table *tabwriter.Writer, counts storage.RoundCounts) {
	for _, row := range []struct {
		name  string
		count int
	}{
		{"invited", counts.Invited}, {"reachable", counts.Reachable}, {"delivered", counts.Delivered},
		{"opened", counts.Opened}, {"complete, not sent", counts.Complete}, {"sent", counts.Sent},
		{"resumed", counts.Resumed}, {"withdrawn", counts.Withdrawn}, {"declined", counts.Declined},
		{"not the supervisor", counts.NotMine},
	} {
		fmt.Fprintf(table, "%s\t%d\n", row.name, row.count)
	}
}

// sentence says a refusal of storage in words; other errors stay as they are.
func sentence(err error) error {
	var refusal *storage.Error
	if !errors.As(err, &refusal) {
		return err
	}
	switch refusal.Code {
	case storage.NotFound:
		return fmt.Errorf("there is no such %v", refusal.Detail["what"])
	case storage.AlreadyOpen:
		return fmt.Errorf("this round is open already, as number %v", refusal.Detail["round"])
	case storage.AlreadyPlanned:
		return fmt.Errorf("this round is planned already, for %v; it can be cancelled in chat with /putaran", refusal.Detail["at"])
	case storage.Refused:
		switch refusal.Detail["reason"] {
		case "held":
			return errors.New("the round is held: nothing goes out for it")
		case "today":
			return errors.New("this round was reminded of today already")
		}
	case storage.Empty:
		if refusal.Detail["reason"] == storage.Supervisors {
			return errors.New("nobody would be asked: the roster names no supervisor of the participants")
		}
		return errors.New("nobody would be asked: the training has no participants yet")
	case storage.Closed:
		return errors.New("the round is closed")
	case storage.OtherContent:
		return fmt.Errorf("%v version %v was published with other content; raise the version", refusal.Detail["key"], refusal.Detail["version"])
	}
	return err
}
