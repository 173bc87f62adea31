package main

import (
	"path/filepath"
	"strings"
	"testing"

	"pascalatih/survey/instruments"
)

// settings is the sheet of a form's settings.
func settings(key, version string) string {
	return "form_id,form_title,version,default_language,privacy\n" + key + ",Formulir," + version + ",id,confidential\n"
}

// form writes a form of one question as a folder and gives its path.
func (s shell) form(settings, question string) string {
	s.t.Helper()
	s.file("form/settings.csv", settings)
	s.file("form/choices.csv", "list_name,name,label\n")
	return filepath.Dir(s.file("form/survey.csv", "type,name,label,relevant\n"+question+"\n"))
}

func TestInstrumentImport(t *testing.T) {
	s := newShell(t)
	if got := s.must("instrument", "import", s.form(settings("uji", "1"), "text,kabar,Apa kabar?,")); got != "uji version 1 is published\n" {
		t.Errorf("it prints %q", got)
	}
	if got := s.must("instrument", "import", filepath.Join(s.folder, "form")); got != "uji version 1 is there already\n" {
		t.Errorf("a second time it prints %q", got)
	}
	if got := s.must("instrument", "list"); !strings.Contains(got, "uji") {
		t.Errorf("the instruments are %q", got)
	}
	tests := map[string]struct{ settings, question, says string }{
		"other content of a version":     {settings("uji", "1"), "text,kabar,Bagaimana kabarnya?,", "raise the version"},
		"a faulty form":                  {settings("uji", "2"), "geopoint,tempat,Di mana?,", "form has 1 errors"},
		"a question that is nowhere":     {settings("uji", "2"), "text,b,B?,${training/reaction/zzz} != ''", `survey row 2 relevant "${training/reaction/zzz} != ''"`},
		"a form that promises anonymity": {strings.Replace(settings("uji", "2"), "confidential", "anonymous", 1), "text,b,B?,", "anonymous"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			again := shell{t: t, database: s.database, folder: t.TempDir()}
			out, talk, code := again.run("instrument", "import", again.form(test.settings, test.question))
			if code != exitFailed || out != "" || !strings.Contains(talk, test.says) {
				t.Errorf("exit %d, prints %q, says:\n%s", code, out, talk)
			}
		})
	}
	if _, talk, code := s.run("instrument", "import", filepath.Join(s.folder, "none.xlsx")); code != exitFailed || !strings.Contains(talk, "no such file") {
		t.Errorf("no file: exit %d, says %q", code, talk)
	}
	if _, talk, code := s.run("instrument", "import"); code != exitUsage || !strings.Contains(talk, "<file>") {
		t.Errorf("without a file: exit %d, says %q", code, talk)
	}
	if got := s.must("instrument", "list"); strings.Count(got, "uji") != 1 {
		t.Errorf("what was refused is among %q", got)
	}
}

// What the workbook of a bundled instrument holds is that instrument.
func TestBundledInstrumentsThereAndBack(t *testing.T) {
	s := newShell(t)
	bundled, err := instruments.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range bundled {
		path := filepath.Join(s.folder, form.Key+".xlsx")
		if got := s.must("instrument", "export", form.Key, "--out", path); got != "" {
			t.Errorf("it prints %q beside the file", got)
		}
		if got, want := s.must("instrument", "import", path), form.Key+" version "+form.Version+" is there already\n"; got != want {
			t.Errorf("it prints %q, want %q", got, want)
		}
	}
}

func TestInstrumentExport(t *testing.T) {
	s := newShell(t)
	for _, version := range []string{"1", "2"} {
		s.must("instrument", "import", s.form(settings("uji", version), "text,kabar,Kabar "+version+"?,"))
	}
	for _, test := range []struct {
		args    []string
		version string
	}{{nil, "2"}, {[]string{"--version", "1"}, "1"}} {
		workbook := s.must(append([]string{"instrument", "export", "uji"}, test.args...)...)
		if got := s.must("instrument", "check", s.file("uji.xlsx", workbook)); !strings.HasPrefix(got, "uji version "+test.version+" is in order") {
			t.Errorf("with %v it gives %q", test.args, got)
		}
	}
	for name, args := range map[string][]string{"no such instrument": {"lain"}, "no such version": {"uji", "--version", "3"}} {
		out, talk, code := s.run(append([]string{"instrument", "export"}, args...)...)
		if code != exitFailed || out != "" || !strings.Contains(talk, "there is no such instrument") {
			t.Errorf("%s: exit %d, prints %q, says %q", name, code, out, talk)
		}
	}
}
