package main

import (
	"fmt"
	"runtime/debug"
)

// version is set by the linker in a release.
var version = ""

type versionCommand struct{}

func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "pascalatih", versionName())
	return err
}

// versionName is the release's, or else the commit that was built.
func versionName() string {
	if version != "" {
		return version
	}
	info, known := debug.ReadBuildInfo()
	if !known {
		return "unknown"
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value
		}
	}
	return info.Main.Version
}
