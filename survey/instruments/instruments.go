// Package instruments holds the bundled instruments: XLSForm sheets as CSV, a
// folder an instrument, so that each wording can be reviewed.
//
// In reaction, the date of the plan may lie up to two months back although the
// question is about what is to come: a form is checked again when it is sent,
// and one that was filled on the last day of a training is sent by itself days
// later.
package instruments

import (
	"embed"
	"fmt"
	"io/fs"

	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

//go:embed reaction/*.csv
var forms embed.FS

// All reads the bundled instruments, by key. An error means that the program was
// built with a faulty form.
func All() ([]survey.Instrument, error) {
	folders, err := fs.ReadDir(forms, ".")
	if err != nil {
		return nil, fmt.Errorf("list bundled instruments: %w", err)
	}
	var all []survey.Instrument
	for _, folder := range folders {
		sheets, err := fs.Sub(forms, folder.Name())
		if err != nil {
			return nil, fmt.Errorf("open bundled instrument %s: %w", folder.Name(), err)
		}
		instrument, err := xlsform.ReadFolder(sheets)
		if err != nil {
			return nil, fmt.Errorf("read bundled instrument %s: %w", folder.Name(), err)
		}
		all = append(all, instrument)
	}
	return all, nil
}
