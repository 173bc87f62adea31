package storage

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey/export"
)

// ExportOrder is an export that somebody asks for in a chat, as its job is told.
// Who may have Names is the caller's to decide.
type ExportOrder struct {
	Round  int64         `json:"round"`
	Format export.Format `json:"format"`
	Long   bool          `json:"long"`
	Names  bool          `json:"names"`
	Reason string        `json:"-"` // why names are needed; the audit alone has it
	// Asked is the command, which the audit of names is noted under: given to
	// Export, it is not noted again.
	Asked Source `json:"asked"`
}

// OrderExport makes the job of an export, and gives its id; a message follows the
// job. Where names leave, that is audited now, with the reason.
//
// NotFound (Detail what: round) without one; Empty: nothing was sent in it. A
// command that was carried out before gives the first time's job and ErrRepeated.
func (s *Store) OrderExport(ctx context.Context, o ExportOrder, src Source, now time.Time) (job int64, err error) {
	round, err := s.exportedRound(ctx, o.Round)
	if err != nil {
		return 0, err
	}
	o.Asked = src
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Job *int64 }{&job}); err != nil {
			return err
		}
		var some bool
		err := tx.GetContext(ctx, &some, `SELECT EXISTS (SELECT FROM response WHERE round_id = $1 AND counts)`, o.Round)
		if err != nil {
			return fmt.Errorf("look for the responses of round %d: %w", o.Round, err)
		}
		if !some {
			return refuse(Empty)
		}
		job, err = enqueueJob(ctx, tx, Order{Kind: JobExport, AccountID: src.Account, Payload: o, Followed: true}, now)
		if err != nil {
			return err
		}
		if !round.ShowsNames(export.Options{Names: o.Names}) {
			return writeAudit(ctx, tx, src, "job enqueued", map[string]any{"job": job, "kind": JobExport, "round": o.Round}, now)
		}
		return auditNames(ctx, tx, src, map[string]any{"job": job, "round": o.Round, "long": o.Long}, o.Reason, now)
	})
	return job, err
}
