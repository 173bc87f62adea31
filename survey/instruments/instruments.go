// Package instruments holds the bundled instruments: XLSForm sheets as CSV, a
// folder an instrument, so that each wording can be reviewed.
//
// In reaction, the date of the plan may lie up to two months back although the
// question is about what is to come: a form is checked again when it is sent,
// and one that was filled on the last day of a training is sent by itself days
// later.
//
// Checkin shows each person the plan that they wrote in reaction, and asks
// otherwise where they wrote none.
package instruments

import (
	"embed"
	"fmt"
	"io/fs"

	"pascalatih/survey"
	"pascalatih/survey/xlsform"
)

//go:embed */*.csv
var forms embed.FS

// All reads the bundled instruments in the order in which people meet them. An
// error means that the program was built with a faulty form.
func All() ([]survey.Instrument, error) {
	var all []survey.Instrument
	for _, key := range []string{"reaction", "checkin"} {
		sheets, err := fs.Sub(forms, key)
		if err != nil {
			return nil, fmt.Errorf("open bundled instrument %s: %w", key, err)
		}
		instrument, err := xlsform.ReadFolder(sheets)
		if err != nil {
			return nil, fmt.Errorf("read bundled instrument %s: %w", key, err)
		}
		all = append(all, instrument)
	}
	return all, nil
}
