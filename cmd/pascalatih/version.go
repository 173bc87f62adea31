package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// version is set by the linker in a release.
var version = ""

type versionCommand struct{}

func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "pascalatih", versionName())
	return err
}

// versionName is the release's, or else what was built.
func versionName() string {
	if version != "" {
		return version
	}
	info, known := debug.ReadBuildInfo()
	if !known {
		return "unknown"
	}
	return builtName(info)
}

// builtName is the tag that was built, or else the commit, and says if files were
// changed since. Where the build knew of no repository it is "(devel)".
func builtName(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	commit := settings["vcs.revision"]
	commit = commit[:min(12, len(commit))]
	tagged := info.Main.Version != "" && info.Main.Version != "(devel)" && !strings.Contains(info.Main.Version, commit)
	if commit == "" || tagged {
		return info.Main.Version
	}
	if settings["vcs.modified"] == "true" {
		return commit + "+dirty" // as Go marks a tag
	}
	return commit
}
