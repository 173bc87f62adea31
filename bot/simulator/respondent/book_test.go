package respondent_test

import (
	"io"
	"strings"
	"testing"

	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

const (
	header = "\uFEFFresponse_id,training,nip,satisfaction_overall,obstacles,plan\n"
	ani    = "r1,PEL-01,197001011995011001,4,time tools,\"'=rencana, baru\"\n"
	budi   = "r2,PEL-01,197102021996012002,3,none,\n"
)

// books are what two people remember: one sent, as the export says; a third one
// did not send.
func books() []*respondent.Book {
	return []*respondent.Book{
		{NIP: "197001011995011001", Training: "PEL-01", Sent: true, Answers: map[string]string{
			"satisfaction_overall": "4", "obstacles": "time tools", "plan": "=rencana, baru"}},
		{NIP: "197102021996012002", Training: "PEL-01", Sent: true, Answers: map[string]string{
			"satisfaction_overall": "3", "obstacles": "none"}},
		{NIP: "197203031997013003", Training: "PEL-01", Answers: map[string]string{"satisfaction_overall": "1"}},
	}
}

func TestCompareSeesEveryDifference(t *testing.T) {
	tests := map[string]struct {
		export                             string
		lost, doubled, changed, unexpected int
	}{
		"nothing differs":               {export: header + ani + budi},
		"an answer was removed":         {export: header + strings.Replace(ani, "time tools", "", 1) + budi, lost: 1},
		"an answer was changed":         {export: header + strings.Replace(ani, ",4,", ",3,", 1) + budi, changed: 1},
		"an answer came from nowhere":   {export: header + ani + strings.Replace(budi, "none,", "none,ada", 1), unexpected: 1},
		"a tick was lost":               {export: header + strings.Replace(ani, "time tools", "time", 1) + budi, changed: 1},
		"a response was removed":        {export: header + ani, lost: 2},
		"a response was doubled":        {export: header + ani + ani + budi, doubled: 1},
		"an unsent form was exported":   {export: header + ani + budi + "r3,PEL-01,197203031997013003,1,,\n", unexpected: 1},
		"a response is of somebody new": {export: header + ani + budi + "r4,PEL-01,197304041998014004,1,,\n", unexpected: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := respondent.Compare(reaction(t), books(), strings.NewReader(test.export))
			if err != nil {
				t.Fatal(err)
			}
			got := []int{len(report.Lost), len(report.Doubled), len(report.Changed), len(report.Unexpected)}
			want := []int{test.lost, test.doubled, test.changed, test.unexpected}
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("lost, doubled, changed, unexpected = %v, want %v: %v", got, want, report.Differences())
				}
			}
			if differs := test.lost+test.doubled+test.changed+test.unexpected > 0; report.Clean() == differs {
				t.Errorf("Clean is %t", report.Clean())
			}
		})
	}
}

func TestCompareRefusesWhatIsNoExport(t *testing.T) {
	for name, export := range map[string]io.Reader{
		"nothing":      strings.NewReader(""),
		"a broken row": strings.NewReader(header + "r1,PEL-01\n"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := respondent.Compare(reaction(t), books(), export); err == nil {
				t.Error("no error")
			}
		})
	}
}

func reaction(t *testing.T) survey.Instrument {
	t.Helper()
	forms, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	return forms[0]
}
