package storage

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pascalatih/storage/embedded/postgrestest"
)

// What is asked for every few seconds finds what waits without looking at what
// has ended, and counts no queue to its end.
func TestQueuesPassOverWhatHasEnded(t *testing.T) {
	t.Parallel()
	store, err := Open(t.Context(), postgrestest.Open(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.July, 6, 15, 30, 0, 0, time.UTC)
	if queues, err := store.Queues(t.Context(), now); err != nil || !cmp.Equal(queues, Queues{}) {
		t.Errorf("of an empty office: %+v (%v)", queues, err)
	}
	if _, err := store.db.ExecContext(t.Context(), grown+`
		UPDATE delivery SET due_at = '2026-07-06 15:29' WHERE state = 'due';
		UPDATE delivery SET due_at = '2026-07-07', kind = 'reminder' WHERE id % 200 = 0;
		UPDATE delivery SET state = 'sending', process = 1 WHERE id % 1000 = 3;
		INSERT INTO job (kind, due_at, state, ended_at)
		SELECT 'export', '2026-07-01', 'done', '2026-07-01' FROM generate_series(1, 20000);
		INSERT INTO job (kind, due_at, state, process) VALUES
			('export', '2026-07-06 15:20', 'running', 1), ('export', '2026-07-06 15:25', 'due', NULL), ('round', '2026-08-01', 'due', NULL);
		ANALYZE`); err != nil {
		t.Fatal(err)
	}
	queues, err := store.Queues(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	want := Queues{
		Deliveries: []Waiting{
			{"invitation", "due", 100}, {"invitation", "held", 5000}, {"invitation", "sending", 20}, {"reminder", "planned", 100},
		},
		Jobs:        []Waiting{{"export", "due", 1}, {"export", "running", 1}, {"round", "planned", 1}},
		DeliveryAge: time.Minute, JobAge: 5 * time.Minute,
		Lapsed: 20, // their process never was
	}
	if diff := cmp.Diff(want, queues); diff != "" {
		t.Errorf("it counts (-want +got):\n%s", diff)
	}
	for query, indexes := range map[string][]string{
		waitingDeliveries: {"delivery_due", "delivery_held", "delivery_in_flight"},
		waitingJobs:       {"job_due"},
		lapsedDeliveries:  {"delivery_in_flight"},
	} {
		var lines []string
		args := []any{now, MostCounted}
		if query == lapsedDeliveries {
			args = nil
		}
		if err := store.db.SelectContext(t.Context(), &lines, "EXPLAIN "+query, args...); err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(lines, "\n")
		for _, index := range indexes {
			if !strings.Contains(plan, index) {
				t.Errorf("the plan does without %s:\n%s", index, plan)
			}
		}
		if strings.Contains(strings.ReplaceAll(plan, "Seq Scan on pg_database", ""), "Seq Scan") {
			t.Errorf("the plan reads a whole table:\n%s", plan)
		}
	}
}
