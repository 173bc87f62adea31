package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// File is what a job was given, or what it made.
type File struct {
	Name string
	Data []byte
}

// filesKept is how long files are kept: what was read is confirmed, and what was
// made is sent, in that time or not at all.
const filesKept = 24 * time.Hour

// KeepFile keeps the file that a job was given for a day; run again, the job's
// new copy takes its place.
func (s *Store) KeepFile(ctx context.Context, job Job, file File, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM job_file WHERE job_id = $1 AND direction = 'in'`, job.ID); err != nil {
			return fmt.Errorf("drop the former file of job %d: %w", job.ID, err)
		}
		_, err := keepFile(ctx, tx, job.ID, "in", file, now)
		return err
	})
}

// GivenFile is the file that a job was given; NotFound (Detail what: file) where
// there is none, or its time is over.
func (s *Store) GivenFile(ctx context.Context, job int64, now time.Time) (File, error) {
	return readFile(ctx, s.db, `WHERE job_id = $1 AND direction = 'in' AND expires_at > $2`, job, now)
}

// HandOut keeps the file that a job made, and has it sent to the one who asked;
// run again, the job finds that its file is on its way already. A process that
// lost the job meanwhile sends nothing.
func (s *Store) HandOut(ctx context.Context, job Job, file File, now time.Time) error {
	return s.inTx(ctx, func(tx *sqlx.Tx) error {
		key := fmt.Sprintf("file:%d", job.ID) // not its name: that may be somebody's words
		var over bool                         // or another process has the job
		err := tx.GetContext(ctx, &over, `
			SELECT EXISTS (SELECT FROM delivery WHERE key = $1)
			    OR NOT EXISTS (SELECT FROM job WHERE id = $2 AND process = $3 AND attempts = $4)`, key, job.ID, job.process, job.Attempt)
		if err != nil {
			return fmt.Errorf("look for the file of job %d: %w", job.ID, err)
		}
		if over {
			return nil
		}
		id, err := keepFile(ctx, tx, job.ID, "out", file, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO delivery (key, kind, account_id, file_id, due_at, expires_at) VALUES ($1, 'file', $2, $3, $4, $5)`,
			key, job.AccountID, id, now, now.Add(filesKept))
		if err != nil {
			return fmt.Errorf("hand out the file of job %d: %w", job.ID, err)
		}
		return nil
	})
}

// OutgoingFile is the file that a delivery carries, and the job that made it.
func (s *Store) OutgoingFile(ctx context.Context, id int64) (File, JobStatus, error) {
	file, err := readFile(ctx, s.db, `WHERE id = $1`, id)
	if err != nil {
		return File{}, JobStatus{}, err
	}
	var job int64
	if err := s.db.GetContext(ctx, &job, `SELECT job_id FROM job_file WHERE id = $1`, id); err != nil {
		return File{}, JobStatus{}, fmt.Errorf("read whose file %d is: %w", id, err)
	}
	status, err := s.Job(ctx, job)
	return file, status, err
}

// ForgetFiles deletes the files whose time is over, and those that were sent. A
// day after a job about files has ended, and once it has none any more, it also
// forgets what came of it and, of a file that was sent to the bot, its name and
// where Telegram keeps it: a preview quotes people's data.
func (s *Store) ForgetFiles(ctx context.Context, now time.Time) error {
	_, err := hot{store: s}.ExecContext(ctx, `
		DELETE FROM job_file f
		WHERE f.expires_at <= $1
		   OR f.direction = 'out' AND NOT EXISTS (
		          SELECT FROM delivery d WHERE d.file_id = f.id AND d.state IN ('due', 'sending'))`, now)
	if err != nil {
		return fmt.Errorf("forget files: %w", err)
	}
	_, err = hot{store: s}.ExecContext(ctx, `
		UPDATE job j SET result = NULL, payload = CASE kind WHEN 'import' THEN '{}' ELSE payload END
		WHERE kind IN ('import', 'apply', 'links', 'poster', 'export') AND ended_at <= $1
		  AND (result IS NOT NULL OR kind = 'import' AND payload <> '{}')
		  AND NOT EXISTS (SELECT FROM job_file f WHERE f.job_id = j.id)`, now.Add(-filesKept))
	if err != nil {
		return fmt.Errorf("forget what came of files: %w", err)
	}
	return nil
}

func keepFile(ctx context.Context, tx *sqlx.Tx, job int64, direction string, file File, now time.Time) (id int64, err error) {
	err = tx.GetContext(ctx, &id, `
		INSERT INTO job_file (job_id, direction, name, data, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		job, direction, keepable(file.Name, 200), file.Data, now.Add(filesKept))
	if err != nil {
		return 0, fmt.Errorf("keep a file of job %d: %w", job, err)
	}
	return id, nil
}

func readFile(ctx context.Context, q sqlx.QueryerContext, where string, args ...any) (File, error) {
	var file File
	err := sqlx.GetContext(ctx, q, &file, `SELECT name, data FROM job_file `+where, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return File{}, refuse(NotFound, "what", "file")
	}
	if err != nil {
		return File{}, fmt.Errorf("read a file: %w", err)
	}
	return file, nil
}
