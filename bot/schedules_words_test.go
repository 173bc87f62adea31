package bot

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pascalatih/scheduler/calendar"
	"pascalatih/survey/text"
)

func TestInWords(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ id, en string }{
		"0 8 * * 1":               {"setiap Senin pukul 08.00", "every Monday at 08:00"},
		"30 7 * * SUN":            {"setiap Minggu pukul 07.30", "every Sunday at 07:30"},
		"@weekly":                 {"setiap Minggu pukul 00.00", "every Sunday at 00:00"},
		"0 9 * * 1-5":             {"setiap hari kerja (Senin sampai Jumat) pukul 09.00", "every working day (Monday to Friday) at 09:00"},
		"0 9 * * 1-4":             {"setiap Senin sampai Kamis pukul 09.00", "every day from Monday to Thursday at 09:00"},
		"0 9 * * 5,6,0":           {"setiap Jumat sampai Minggu pukul 09.00", "every day from Friday to Sunday at 09:00"},
		"0 9 * * 1,4":             {"setiap Senin dan Kamis pukul 09.00", "every Monday and Thursday at 09:00"},
		"0 9 * * 0-2,6":           {"setiap Senin, Selasa, Sabtu, dan Minggu pukul 09.00", "every Monday, Tuesday, Saturday and Sunday at 09:00"},
		"0 8 * * *":               {"setiap hari pukul 08.00", "every day at 08:00"},
		"0 8 1-31 * 1":            {"setiap hari pukul 08.00", "every day at 08:00"},
		"@monthly":                {"setiap tanggal 1 pukul 00.00", "on the 1st of the month at 00:00"},
		"0 8 1,15 * *":            {"setiap tanggal 1 dan 15 pukul 08.00", "on the 1st and 15th of the month at 08:00"},
		"0 8 1-7 * *":             {"setiap tanggal 1 sampai 7 pukul 08.00", "on the 1st to 7th of the month at 08:00"},
		"0 9 1 3,9 *":             {"setiap tanggal 1 Maret dan September pukul 09.00", "on the 1st of March and September at 09:00"},
		"0 9 17 8 *":              {"setiap tanggal 17 Agustus pukul 09.00", "on the 17th of August at 09:00"},
		"0 9 1 1-6 *":             {"pada bulan Januari sampai Juni, setiap tanggal 1 pukul 09.00", "in January to June, on the 1st of the month at 09:00"},
		"0 9 1,15 3,9 *":          {"pada bulan Maret dan September, setiap tanggal 1 dan 15 pukul 09.00", "in March and September, on the 1st and 15th of the month at 09:00"},
		"0 9 * 3,9 1":             {"pada bulan Maret dan September, setiap Senin pukul 09.00", "in March and September, every Monday at 09:00"},
		"0 9 * 8 *":               {"pada bulan Agustus, setiap hari pukul 09.00", "in August, every day at 09:00"},
		"0 8 1 * 1":               {"setiap tanggal 1 atau setiap Senin pukul 08.00", "on the 1st of the month or every Monday at 08:00"},
		"0 8 1 3 1":               {"pada bulan Maret, setiap tanggal 1 atau setiap Senin pukul 08.00", "in March, on the 1st of the month or every Monday at 08:00"},
		"0 8,14 * * *":            {"setiap hari pukul 08.00 dan 14.00", "every day at 08:00 and 14:00"},
		"0 8,12,16 * * 1":         {"setiap Senin pukul 08.00, 12.00, dan 16.00", "every Monday at 08:00, 12:00 and 16:00"},
		"0 8-16/2 * * 1-5":        {"setiap hari kerja (Senin sampai Jumat), setiap 2 jam dari pukul 08.00 sampai 16.00", "every working day (Monday to Friday), every 2 hours from 08:00 to 16:00"},
		"0 */2 * * *":             {"setiap hari, setiap 2 jam sepanjang hari", "every day, every 2 hours all day"},
		"@hourly":                 {"setiap hari, setiap 1 jam sepanjang hari", "every day, every hour all day"},
		"15 8-12 * * *":           {"setiap hari, setiap 1 jam dari pukul 08.15 sampai 12.15", "every day, every hour from 08:15 to 12:15"},
		"*/15 8-9 * * *":          {"setiap hari, setiap 15 menit dari pukul 08.00 sampai 09.45", "every day, every 15 minutes from 08:00 to 09:45"},
		"* * * * *":               {"setiap hari, setiap 1 menit sepanjang hari", "every day, every minute all day"},
		"0 8 */2 * *":             {"0 8 */2 * *", "0 8 */2 * *"},
		"0 8 1-3,9,12,20 * *":     {"setiap tanggal 1, 2, 3, 9, 12, dan 20 pukul 08.00", "on the 1st, 2nd, 3rd, 9th, 12th and 20th of the month at 08:00"},
		"0 8 1-4,9,12,20 * *":     {"0 8 1-4,9,12,20 * *", "0 8 1-4,9,12,20 * *"},
		"0 8 1 1-4,6,8,10 *":      {"0 8 1 1-4,6,8,10 *", "0 8 1 1-4,6,8,10 *"},
		"0 1,2,4,8,9,16,18 * * *": {"0 1,2,4,8,9,16,18 * * *", "0 1,2,4,8,9,16,18 * * *"},
	}
	for expression, want := range tests {
		t.Run(expression, func(t *testing.T) {
			cron, err := calendar.ParseCron(expression)
			if err != nil {
				t.Fatal(err)
			}
			for language, words := range map[string]string{text.Indonesian: want.id, text.English: want.en} {
				said, worded := inWords(texts.In(language), cron)
				if said != words || worded != (words != expression) {
					t.Errorf("in %s it is %q (words: %v), want %q", language, said, worded, words)
				}
			}
		})
	}
}

// Each kind of field beside each kind of the others: what is said alike is the
// same pattern, in either language.
func TestInWordsTellsApart(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	heard := map[string]calendar.Cron{}
	for _, clock := range []string{"0 8", "30 8", "0,30 8", "0 8,9", "0 8-12", "0 8-16/2", "0 */2", "0 0-20/2", "*/30 *", "*/30 8-12", "0 *", "15 *"} {
		for _, days := range []string{"*", "1", "2", "1,2", "1-3", "1-7", "1,15", "1-7/3", "31", "2-31", "1-31", "*/2"} {
			for _, months := range []string{"*", "3", "3,9", "3-5", "3,4", "1-11", "2-12", "*/2", "*/3", "1-12"} {
				for _, weekdays := range []string{"*", "0", "1", "1,2", "1-3", "1-5", "0,6", "0-5", "1-6", "*/2", "0-6"} {
					cron, err := calendar.ParseCron(strings.Join([]string{clock, days, months, weekdays}, " "))
					if err != nil {
						continue // there is no 31 April
					}
					for _, language := range texts.Languages() {
						said, _ := inWords(texts.In(language), cron)
						if other, before := heard[said]; before && !reflect.DeepEqual(cron.Pattern(), other.Pattern()) {
							t.Errorf("%s and %s are both said %q", cron, other, said)
						}
						heard[said] = cron
					}
				}
			}
		}
	}
	if len(heard) < 10000 {
		t.Errorf("only %d were said apart", len(heard))
	}
}

// What is said alike occurs alike, whatever it is.
func TestInWordsOfAnything(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	heard := map[string]calendar.Cron{}
	rapid.Check(t, func(t *rapid.T) {
		cron, err := calendar.ParseCron(anyCron().Draw(t, "cron"))
		if err != nil {
			t.Skip(err)
		}
		for _, language := range texts.Languages() {
			said, _ := inWords(texts.In(language), cron)
			if strings.Contains(said, "[") || strings.TrimSpace(said) == "" {
				t.Fatalf("%s is said as %q", cron, said)
			}
			other, before := heard[said]
			if before && !slices.Equal(occasionsOf(cron), occasionsOf(other)) {
				t.Fatalf("%s and %s occur otherwise, and both are said %q", cron, other, said)
			}
			heard[said] = cron
		}
	})
}

// occasionsOf are the first occasions of a year from the beginnings of its days.
func occasionsOf(cron calendar.Cron) []time.Time {
	var all []time.Time
	for day := range 366 {
		at := time.Date(2028, time.January, 1+day, 0, 0, 0, 0, time.UTC).Add(-time.Second)
		for range 3 {
			at = cron.Next(at, time.UTC)
			all = append(all, at)
		}
	}
	midday := time.Date(2028, time.January, 1, 0, 0, 0, 0, time.UTC)
	return append(all, cron.Occasions(midday, midday.AddDate(0, 0, 40), time.UTC)...)
}

// anyCron draws expressions, such as are near each other.
func anyCron() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var fields [5]string
		bounds := [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}
		for i, bound := range bounds {
			fields[i] = anyField(t, bound[0], bound[1])
		}
		return strings.Join(fields[:], " ")
	})
}

func anyField(t *rapid.T, least, most int) string {
	from := rapid.IntRange(least, most).Draw(t, "from")
	to := rapid.IntRange(from, most).Draw(t, "to")
	step := rapid.IntRange(1, 12).Draw(t, "step")
	return rapid.SampledFrom([]string{
		"*", "*", "0", "1", fmt.Sprint(most), fmt.Sprint(from), fmt.Sprintf("%d,%d", from, to),
		fmt.Sprintf("%d-%d", from, to), fmt.Sprintf("%d-%d", least, to), fmt.Sprintf("*/%d", step),
		fmt.Sprintf("%d-%d/%d", from, to, step), fmt.Sprintf("%d,%d-%d", least, from, to), fmt.Sprintf("%d/%d", from, step),
	}).Draw(t, "field")
}

// Whatever is taken as an expression is said without trouble.
func FuzzInWords(f *testing.F) {
	texts, err := text.Load()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"0 8 * * 1", "*/7 */5 */3 */2 */2", "@daily", "59 23 31 12 6", "0 0 29 2 ?", "TZ=UTC * * * * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		cron, err := calendar.ParseCron(expression)
		if err != nil {
			t.Skip()
		}
		for _, language := range texts.Languages() {
			if said, _ := inWords(texts.In(language), cron); said == "" {
				t.Errorf("%q is not said in %s", expression, language)
			}
		}
	})
}
