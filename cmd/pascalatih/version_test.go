package main

import (
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
)

func TestVersionOfABuild(t *testing.T) {
	const commit = "1765e881982b3405970f2662e9ccd78168ede0a7"
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.modified", Value: modified}}
	}
	tests := map[string]struct {
		module   string
		settings []debug.BuildSetting
		want     string
	}{
		"a tag":                    {module: "v0.1.0", settings: vcs("false"), want: "v0.1.0"},
		"a tag, changed":           {module: "v0.1.0+dirty", settings: vcs("true"), want: "v0.1.0+dirty"},
		"a commit":                 {module: "v0.0.0-20261124180433-1765e881982b", settings: vcs("false"), want: "1765e881982b"},
		"a commit, changed":        {module: "v0.0.0-20261124180433-1765e881982b+dirty", settings: vcs("true"), want: "1765e881982b+dirty"},
		"a commit of an older Go":  {module: "(devel)", settings: vcs("false"), want: "1765e881982b"},
		"files without repository": {module: "(devel)", want: "(devel)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			info := &debug.BuildInfo{Main: debug.Module{Version: test.module}, Settings: test.settings}
			if got := builtName(info); got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
		})
	}
}

func TestVersionOfARelease(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "pascalatih")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.version=0.1.0", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build a release: %v: %s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), program, "version").Output(); err != nil || string(out) != "pascalatih 0.1.0\n" {
		t.Errorf("it says %q (%v)", out, err)
	}
}
