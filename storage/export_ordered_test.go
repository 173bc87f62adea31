package storage_test

import (
	"errors"
	"io"
	"testing"

	"pascalatih/storage"
	"pascalatih/survey/export"
)

func TestOrderExport(t *testing.T) {
	tests := map[string]struct {
		order   storage.ExportOrder
		named   bool   // the instrument
		action  string // that is noted
		reasons int
	}{
		"with codes":       {order: storage.ExportOrder{Format: export.CSV}, action: "job enqueued"},
		"with names":       {order: storage.ExportOrder{Format: export.CSV, Names: true, Reason: "Bapak/Ibu pimpinan\x00 meminta"}, action: "names exported", reasons: 1},
		"of a named form":  {order: storage.ExportOrder{Format: export.CSV}, named: true, action: "names exported"},
		"a row per answer": {order: storage.ExportOrder{Format: export.Workbook, Long: true}, action: "job enqueued"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if test.named {
				o.exec(`UPDATE instrument SET privacy = 'named', definition = jsonb_set(definition, '{privacy}', '"named"')`)
			}
			test.order.Round = o.opened().ID
			o.sent(101, "3", afternoon)
			src := from(admin, 70)
			first, err := o.OrderExport(t.Context(), test.order, src, afternoon)
			if err != nil {
				t.Fatal(err)
			}
			if again, err := o.OrderExport(t.Context(), test.order, src, afternoon); again != first || !errors.Is(err, storage.ErrRepeated) {
				t.Errorf("handled again it gives job %d: %v", again, err)
			}
			if n := o.count(`SELECT count(*) FROM job WHERE kind = 'export' AND payload::text NOT LIKE '%pimpinan%'`); n != 1 {
				t.Errorf("%d jobs that do not hold the reason", n)
			}
			// The job exports under the command's name, and notes nothing more.
			options := storage.ExportOptions{Options: export.Options{Format: export.CSV, Names: test.order.Names, Zone: wib}}
			if err := o.Export(t.Context(), test.order.Round, options, src, afternoon, io.Discard); err != nil {
				t.Fatal(err)
			}
			if n := o.count(`SELECT count(*) FROM audit WHERE account_id = 900 AND message_id = 70 AND action = $1`, test.action); n != 1 {
				t.Errorf("%d audit rows %q", n, test.action)
			}
			if n := o.count(`SELECT count(*) FROM audit WHERE details->>'reason' = 'Bapak/Ibu pimpinan meminta'`); n != test.reasons {
				t.Errorf("%d audit rows with the reason", n)
			}
			if n := o.count(`SELECT count(*) FROM audit WHERE action = 'names exported' AND account_id IS NULL`); n != 0 {
				t.Errorf("%d audit rows of nobody", n)
			}
		})
	}
}

func TestOrderExportRefusals(t *testing.T) {
	o := newOffice(t)
	round := o.opened().ID
	o.completed(101, "3", afternoon) // and not sent
	if _, err := o.OrderExport(t.Context(), storage.ExportOrder{Round: round, Format: export.CSV}, from(admin, 70), afternoon); !storage.IsCode(err, storage.Empty) {
		t.Errorf("of a round in which nothing was sent: %v", err)
	}
	if _, err := o.OrderExport(t.Context(), storage.ExportOrder{Round: 99, Format: export.CSV}, from(admin, 71), afternoon); !storage.IsCode(err, storage.NotFound) {
		t.Errorf("of no round: %v", err)
	}
	if n := o.count(`SELECT count(*) FROM job`) + o.count(`SELECT count(*) FROM audit WHERE account_id = 900`); n != 0 {
		t.Errorf("%d jobs and audit rows of what was refused", n)
	}
}
