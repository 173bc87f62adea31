// Package instruments holds the bundled instruments: XLSForm sheets as CSV, a
// folder an instrument, so that each wording can be reviewed.
//
// In reaction, the date of the plan may lie up to two months back although the
// question is about what is to come: a form is checked again when it is sent,
// and one that was filled on the last day of a training is sent by itself days
// later.
//
// Checkin and application show each person the plan that they wrote in reaction.
// Where they wrote none, checkin asks for what has changed instead, and
// application goes on to the next question. What both ask for is asked in the
// same words, so that a month and three months compare.
//
// Competence is asked twice, before a training and three months after it, and its
// words fit both times: it asks for today, in the field of the training. Each of
// its items pairs with itself.
//
// Observation is filled by supervisors, a short form about each of their people,
// when those answer application: what both are asked has one name, and the same
// levels. A supervisor may not have seen something, which is an answer too.
//
// Program is about all that the office does to develop its people, and about no
// training.
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

// All reads the bundled instruments, each after those whose answers it shows. An
// error means that the program was built with a faulty form.
func All() ([]survey.Instrument, error) {
	var all []survey.Instrument
	for _, key := range []string{"reaction", "checkin", "application", "competence", "observation", "program"} {
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
