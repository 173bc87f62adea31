package scheduler

import (
	"context"
	"fmt"
	"time"

	"pascalatih/storage"
)

// jobLease outlasts any job; that its process died is seen sooner.
const jobLease = 5 * time.Minute

// runJobs runs the jobs that are due, one after the other.
func (s *Scheduler) runJobs(ctx context.Context, now time.Time) error {
	for {
		job, found, err := s.Store.ClaimJob(ctx, s.Process.Number(), jobLease, now)
		if err != nil {
			return fmt.Errorf("claim a job: %w", err)
		}
		if !found {
			return nil
		}
		failure := s.runJob(ctx, job, now)
		if ctx.Err() != nil {
			return ctx.Err() // its lease ends with this process, another runs it again
		}
		if err := s.Store.EndJob(ctx, job, failure, now); err != nil {
			return fmt.Errorf("end job %d: %w", job.ID, err)
		}
		s.Log.Info("job ended", "job", job.ID, "kind", job.Kind, "err", failure)
		s.send.wake()
	}
}

func (s *Scheduler) runJob(ctx context.Context, job storage.Job, now time.Time) error {
	if job.Kind != storage.JobSummary {
		return fmt.Errorf("job of unknown kind %q", job.Kind)
	}
	_, _, err := s.keepWeek(ctx, storage.Summary{JobID: job.ID}, now, []int64{job.AccountID}, now)
	return err
}
