package storage_test

import "testing"

// Of two accounts of one employee that were asked at once, one sent: from the
// other nothing more is wanted when it becomes the employee, whether what was sent
// is still tied to anybody or not.
func TestConfirmedAfterTheFormWasSent(t *testing.T) {
	tests := map[string]struct{ unlinked, sentBoth bool }{
		"open":               {},
		"open, unlinked":     {unlinked: true},
		"sent, too":          {sentBoth: true},
		"sent too, unlinked": {unlinked: true, sentBoth: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			round := o.opened()
			claim := o.waits(301, 1) // account 101 stands for employee 1
			o.sent(101, "4", afternoon)
			if test.sentBoth {
				o.sent(301, "3", afternoon)
			} else {
				o.completed(301, "3", afternoon)
			}
			if test.unlinked {
				if _, err := o.Unlink(t.Context(), 101, from(101, 50), afternoon); err != nil {
					t.Fatal(err)
				}
			}
			o.confirm(claim)
			if open, err := o.OpenSessions(t.Context(), 301); err != nil || len(open) != 0 {
				t.Errorf("%d forms are open: %v", len(open), err)
			}
			if counts, err := o.CloseRound(t.Context(), round.ID, from(admin, 60), afternoon.Add(day)); err != nil || counts.Sent != 1 {
				t.Errorf("closed with %d sent: %v", counts.Sent, err)
			}
			if n := o.count(`SELECT count(*) FROM response`); n != 1 {
				t.Errorf("%d responses", n)
			}
		})
	}
}

// Who only said that they are somebody does not unsettle that person's codes.
func TestUnlinkLeavesTheCodesOfOthers(t *testing.T) {
	o := newOffice(t)
	o.opened()
	claim := o.waits(301, 1)
	o.sent(101, "4", afternoon)
	o.exec(`INSERT INTO respondent_code (employee_id, training_id, code) VALUES (1, 1, 'R-1')`)
	if err := o.RefuseClaim(t.Context(), everywhere, claim, from(admin, 9), afternoon); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Unlink(t.Context(), 301, from(301, 50), afternoon); err != nil {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM respondent_code WHERE employee_id = 1`); n != 1 {
		t.Errorf("%d codes of employee 1", n)
	}
}
