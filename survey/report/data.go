package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"pascalatih/survey/sheet"
	"pascalatih/survey/stats"
)

// Data writes all figures of a summary as CSV, a row each, with numbers as
// programs read them and in full. A figure that is withheld has no value there
// either.
func Data(out io.Writer, f stats.Figures) error {
	const mark = "\uFEFF" // by which Excel knows UTF-8
	if _, err := io.WriteString(out, mark); err != nil {
		return fmt.Errorf("beginning the figures' CSV: %w", err)
	}
	rows := [][]string{{"scope", "group", "measure", "item", "value", "low", "high", "n", "base", "method", "withheld"}}
	for _, figure := range f.List {
		rows = append(rows, []string{
			sheet.Escape(figure.Scope), sheet.Escape(figure.Group), string(figure.Measure), sheet.Escape(figure.Item),
			exact(figure.Value), exact(figure.Low), exact(figure.High),
			strconv.Itoa(figure.N), strconv.Itoa(figure.Base), sheet.Escape(figure.Method), strconv.FormatBool(figure.Withheld),
		})
	}
	if err := csv.NewWriter(out).WriteAll(rows); err != nil {
		return fmt.Errorf("writing the figures as CSV: %w", err)
	}
	return nil
}

// exact is a number from which the same is read back; "" where there is none.
func exact(value *float64) string {
	if value == nil {
		return ""
	}
	return strconv.FormatFloat(*value, 'g', -1, 64)
}

// JSON writes all figures of a summary as an indented list, empty where there are
// none.
func JSON(out io.Writer, f stats.Figures) error {
	list := f.List
	if list == nil {
		list = []stats.Figure{}
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(list); err != nil {
		return fmt.Errorf("writing the figures as JSON: %w", err)
	}
	return nil
}
