package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pascalatih/bot/simulator/respondent"
	"pascalatih/survey"
	"pascalatih/survey/instruments"
)

// Who presses Ctrl-C has seen enough, and wants to read of no failure.
func TestDemoThatIsInterrupted(t *testing.T) {
	command := program(t.Context(), t, nil, "demo")
	if _, err := command.StdinPipe(); err != nil { // nobody presses Enter
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var talk strings.Builder
	command.Stderr = &talk
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 1024)
	for all := ""; !strings.Contains(all, "Enter goes on"); {
		n, err := out.Read(said)
		if err != nil {
			t.Fatalf("it ended after %q: %s", all, talk.String())
		}
		all += string(said[:n])
	}
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); command.ProcessState.ExitCode() != exitFailed || talk.String() != "pascalatih: interrupted\n" {
		t.Errorf("it ended with %v and said %q", err, talk.String())
	}
}

// What the demo does at its end with an export that somebody tampered with.
func TestDemoSeesATamperedExport(t *testing.T) {
	const header = "\uFEFFresponse_id,training,nip,satisfaction_overall,plan\n"
	const row = "r1,PEL-01,197001011995011001,4,Mencoba\n"
	tests := map[string]struct {
		export string
		says   string // "" where the demo is content
	}{
		"as it was":           {export: header + row},
		"one answer removed":  {export: header + strings.Replace(row, "Mencoba", "", 1), says: "lost 1, doubled 0, changed 0"},
		"one answer doubled":  {export: header + row + row, says: "lost 0, doubled 1, changed 0"},
		"one answer changed":  {export: header + strings.Replace(row, ",4,", ",2,", 1), says: "lost 0, doubled 0, changed 1"},
		"one answer invented": {export: header + strings.Replace(row, "r1", "r2", 1) + "r3,PEL-02,197001011995011001,1,\n", says: "doubled 1"},
	}
	forms, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	form := forms[slices.IndexFunc(forms, func(f survey.Instrument) bool { return f.Key == reactionKey })]
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			books := []*respondent.Book{{NIP: "197001011995011001", Training: "PEL-01", Sent: true,
				Answers: map[string]string{"satisfaction_overall": "4", "plan": "Mencoba"}}}
			report, err := compare(form, books, [][]byte{[]byte(test.export)})
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err = tellReport(&out, report)
			if failed := err != nil; failed != (test.says != "") {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), test.says) {
				t.Errorf("it says %q, not %q", out.String(), test.says)
			}
		})
	}
}
