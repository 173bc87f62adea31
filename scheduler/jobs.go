package scheduler

import (
	"context"
	"fmt"
	"time"

	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// jobLease outlasts any job; that its process died is seen sooner.
const jobLease = 5 * time.Minute

// doJobs runs the jobs that are due, one after the other, and returns when the
// next one will be (zero: none waits).
func (s *Scheduler) doJobs(ctx context.Context, _ calendar.Worker) (time.Time, error) {
	for {
		now := s.Clock.Now().In(s.Zone)
		job, found, err := s.Store.ClaimJob(ctx, s.Process.Number(), jobLease, now)
		if err != nil {
			return time.Time{}, fmt.Errorf("claim a job: %w", err)
		}
		if !found {
			next, _, err := s.Store.NextJob(ctx)
			return next, err
		}
		failure := s.runJob(ctx, job, now)
		if ctx.Err() != nil {
			return time.Time{}, ctx.Err() // its lease ends with this process, another runs it again
		}
		if err := s.Store.EndJob(ctx, job, failure, now); err != nil {
			return time.Time{}, fmt.Errorf("end job %d: %w", job.ID, err)
		}
		s.Meter.Worked(job.Kind, failure != nil)
		s.Log.Info("job ended", "job", job.ID, "kind", job.Kind, "err", failure)
		s.tick.wake()
		s.send.wake()
	}
}

func (s *Scheduler) runJob(ctx context.Context, job storage.Job, now time.Time) error {
	if job.Kind != storage.JobSummary {
		return s.Worker.Work(ctx, job)
	}
	return s.summariseJob(ctx, job, now)
}

// forget deletes what jobs were given and made, once nobody waits for it, and
// what was answered in trials that were left alone.
func (s *Scheduler) forget(ctx context.Context, now time.Time) error {
	if err := s.Store.ForgetFiles(ctx, now); err != nil {
		return fmt.Errorf("forget files: %w", err)
	}
	return s.Store.ForgetTrials(ctx, now)
}
