package scheduler_test

import (
	"encoding/json"
	"testing"

	"pascalatih/storage"
)

// Of dialogues that are left alone only a trial ends, with what was answered in
// it.
func TestATrialThatIsLeftAloneIsForgotten(t *testing.T) {
	o := newOffice(t, afternoon)
	for account, kind := range map[int64]string{900: storage.DialogueTrial, 901: "opening"} {
		_, err := o.SaveDialogue(t.Context(), account, storage.Dialogue{Kind: kind, State: json.RawMessage(`{"typed": "words"}`)}, o.clock.Now())
		must(t, err)
	}
	o.run(o.desk())
	o.until(afternoon.Add(day / 2))
	kept := func() int { return o.count(`SELECT count(*) FROM dialogue WHERE state ->> 'typed' = 'words'`) }
	if got := kept(); got != 2 {
		t.Errorf("after half a day %d dialogues are as they were", got)
	}
	o.until(afternoon.Add(8 * day)) // a round lived meanwhile, and woke the tick
	if got := kept(); got != 1 {
		t.Errorf("after days %d dialogues are as they were", got)
	}
	trial, err := o.Dialogue(t.Context(), 900)
	if err != nil || trial.Kind != "" || trial.Revision != 2 {
		t.Errorf("the trial is %+v, %v", trial, err)
	}
}
