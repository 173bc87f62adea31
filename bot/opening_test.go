package bot_test

import (
	"strings"
	"testing"

	"pascalatih/storage"
)

// opens has the first step of training A's plan open, as the scheduler does.
func (h *house) opens() {
	h.t.Helper()
	due, err := h.DueSteps(h.t.Context(), h.clock.Now(), wib)
	must(h.t, err)
	for _, step := range due {
		_, _, err := h.OpenStep(h.t.Context(), step, wib, h.clock.Now())
		if err == nil {
			continue
		}
		for _, code := range []storage.Code{storage.Empty, storage.NotFound} {
			if storage.IsCode(err, code) {
				_, err = h.NotePassed(h.t.Context(), step, code, h.clock.Now())
			}
		}
		must(h.t, err)
	}
}

// HR hears whom a step does not reach, and why one cannot open.
func TestOpeningOfAStepIsTold(t *testing.T) {
	const waits = `UPDATE step SET missing = 'wait' RETURNING id`
	const supervisors = `UPDATE step SET audience = 'supervisors' WHERE instrument_key = 'uji' RETURNING id`
	const nobody = `WITH gone AS (DELETE FROM participation WHERE training_id = 1 RETURNING 1) SELECT count(*) FROM gone`
	tests := map[string]struct {
		before, meanwhile []string
		want              []string // in what HR is told; none: nothing
	}{
		"everybody is reached": {},
		"one cannot be reached": {
			before: []string{`UPDATE claim SET state = 'ended', ended_at = now() WHERE account_id = 7002 RETURNING id`},
			want:   []string{"1 · Pelatihan A", "belum semua orang dapat dihubungi. 1 dari 2 orang", "1 orang belum terhubung", "langsung diundang"},
		},
		"and the step says that it waits": {
			before: []string{`UPDATE claim SET state = 'ended', ended_at = now() WHERE account_id = 7002 RETURNING id`, waits},
		},
		"one supervisor of both cannot be reached": {
			before: []string{supervisors, `WITH boss AS (
				INSERT INTO employee (nip, name, unit_id) VALUES ('198001012005011009', 'Rina Lain', 1) RETURNING id
			), led AS (UPDATE employee SET supervisor_id = boss.id FROM boss RETURNING 1) SELECT count(*) FROM led`},
			want: []string{"Untuk 0 dari 2 formulir, atasannya dapat dihubungi.", "1 orang belum terhubung"},
		},
		"the supervisor of one is not known": {
			before: []string{supervisors, `UPDATE employee SET supervisor_id = 2 WHERE id = 1 RETURNING id`},
			want:   []string{"1 peserta tanpa atasan yang tercatat"},
		},
		"no supervisor is known": {
			before: []string{supervisors},
			want:   []string{"Formulir uji sudah waktunya dikirim, tetapi belum dapat dikirim.", "isi kolom atasan_nip", "sebelum 6 Juli 2026 pukul 15.30 WIB"},
		},
		"nobody took part": {
			before: []string{nobody},
			want:   []string{"Pelatihan A", "Peserta pelatihan ini belum tercatat"},
		},
		"the form is not published": {
			before: []string{`UPDATE step SET instrument_key = 'lain' WHERE instrument_key = 'uji' RETURNING id`},
			want:   []string{"lain sudah waktunya", "belum diterbitkan"},
		},
		"nobody took part, and the step says that it waits": {before: []string{nobody, waits}},
		"who took part came meanwhile": {
			before:    []string{nobody},
			meanwhile: []string{`INSERT INTO participation (training_id, employee_id) VALUES (1, 1) RETURNING employee_id`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			admin := h.admin()
			query[int64](h, `UPDATE step SET instrument_key = 'uji' WHERE position = 1 AND plan_id = (SELECT id FROM plan WHERE key = 'singkat') RETURNING id`)
			query[int64](h, `UPDATE training SET plan_id = (SELECT id FROM plan WHERE key = 'singkat') WHERE code = 'A' RETURNING id`)
			for _, change := range test.before {
				query[int64](h, change)
			}
			h.opens()
			h.opens() // told once
			for _, change := range test.meanwhile {
				query[int64](h, change)
			}
			before := len(admin.Chat().FromBot())
			h.deliverAll()
			h.settle()
			told := since(admin, before)
			if len(test.want) == 0 {
				if len(told) > 0 {
					t.Errorf("told %s", shown(told[0]))
				}
				return
			}
			if len(told) != 1 {
				t.Fatalf("told %d times", len(told))
			}
			for _, words := range test.want {
				if !strings.Contains(told[0].Text, words) {
					t.Errorf("there is no %q in\n%s", words, shown(told[0]))
				}
			}
		})
	}
}
