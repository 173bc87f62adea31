package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Applying is what a job of kind apply is told.
type Applying struct {
	Import int64  `json:"import"` // the job that was given the file
	Shown  int64  `json:"shown"`  // the job whose preview was confirmed: that one, or an earlier apply
	Source Source `json:"source"` // of the confirmation
}

// ApplyStaged has a file applied that a job of the account showed a preview of,
// and gives the id of the job that does so; the message of the button follows it.
// There is one such job of each preview: asked for again, it comes with
// ErrRepeated. It needs no audit of its own: what it does writes one, under src.
// NotFound: there is no such preview of this account (Detail what: job), or its
// file is not kept any more (what: file).
func (s *Store) ApplyStaged(ctx context.Context, preview int64, src Source, now time.Time) (id int64, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		id = 0
		staged, err := lockStaged(ctx, tx, preview, src.Account)
		if err != nil {
			return err
		}
		if staged.applied != 0 {
			id = staged.applied
			return ErrRepeated
		}
		// For another day from now: its time must not be over before it is applied.
		kept, err := affected(tx.ExecContext(ctx, `
			UPDATE job_file SET expires_at = $3 WHERE job_id = $1 AND direction = 'in' AND expires_at > $2`, staged.file, now, now.Add(filesKept)))
		if err != nil {
			return fmt.Errorf("keep the file of job %d: %w", staged.file, err)
		}
		if kept == 0 {
			return refuse(NotFound, "what", "file")
		}
		id, err = enqueueJob(ctx, tx, Order{
			Kind: JobApply, AccountID: src.Account, Followed: true, Message: src.Message,
			Payload: Applying{Import: staged.file, Shown: preview, Source: src},
		}, now)
		return err
	})
	return id, err
}

// CancelStaged forgets the file of a preview; it was forgotten before: nothing.
// Closed (Detail job): it is being applied. NotFound as for ApplyStaged.
func (s *Store) CancelStaged(ctx context.Context, preview int64, src Source, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		staged, err := lockStaged(ctx, tx, preview, src.Account)
		if err != nil {
			return err
		}
		if staged.applied != 0 {
			return refuse(Closed, "job", staged.applied)
		}
		forgotten, err := affected(tx.ExecContext(ctx, `DELETE FROM job_file WHERE job_id = $1 AND direction = 'in'`, staged.file))
		if err != nil {
			return fmt.Errorf("forget the file of job %d: %w", staged.file, err)
		}
		if forgotten == 0 {
			return nil
		}
		return writeAudit(ctx, tx, src, "import cancelled", map[string]any{"job": staged.file}, now)
	})
}

// staged is a preview that was locked.
type staged struct {
	file    int64 // the job that was given the file
	applied int64 // the job that applies the preview; 0: none
}

func lockStaged(ctx context.Context, tx *sqlx.Tx, preview, account int64) (staged, error) {
	var job struct {
		Kind    JobKind
		Payload []byte
	}
	err := tx.GetContext(ctx, &job, `
		SELECT kind, payload FROM job
		WHERE id = $1 AND account_id = $2 AND kind IN ('import', 'apply') AND state = 'done' FOR UPDATE`, preview, account)
	if errors.Is(err, sql.ErrNoRows) {
		return staged{}, refuse(NotFound, "what", "job")
	}
	if err != nil {
		return staged{}, fmt.Errorf("lock job %d: %w", preview, err)
	}
	found := staged{file: preview}
	if job.Kind == JobApply {
		var applying Applying
		if err := json.Unmarshal(job.Payload, &applying); err != nil {
			return staged{}, fmt.Errorf("read what job %d is told: %w", preview, err)
		}
		found.file = applying.Import
	}
	err = tx.GetContext(ctx, &found.applied, `
		SELECT coalesce(max(id), 0) FROM job
		WHERE kind = 'apply' AND account_id = $2 AND payload->'shown' = to_jsonb($1::bigint)`, preview, account)
	if err != nil {
		return staged{}, fmt.Errorf("look who applies the preview of job %d: %w", preview, err)
	}
	return found, nil
}
