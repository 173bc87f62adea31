package roster

import (
	"fmt"
	"time"

	"pascalatih/survey"
)

func unknownUnit() survey.Text {
	return reason(
		"Unit kerja ini tidak ada dalam lembar pegawai maupun data pegawai. Mohon tulis sama persis.",
		"No employee is in a unit of this name. Please write it exactly as it is with the employees.")
}

func wrongZone() survey.Text {
	return reason(
		"Zona ini tidak dikenali. Mohon tulis WIB, WITA, WIT, atau nama seperti Asia/Jakarta.",
		"This zone is unknown. Please write WIB, WITA, WIT or a name such as Asia/Jakarta.")
}

func wrongWeekdays() survey.Text {
	return reason(
		"Hari kerja ini tidak dikenali. Contoh: Senin-Jumat, Senin-Sabtu, atau Senin, Rabu, Jumat.",
		"These are no working days. Examples: Senin-Jumat, Senin-Sabtu, or Senin, Rabu, Jumat.")
}

func wrongTime() survey.Text {
	return reason("Jam ini tidak dikenali. Contoh: 08:00 atau 08.00.", "This is no time. Examples: 08:00 or 08.00.")
}

func hoursIncomplete() survey.Text {
	return reason(
		"Mohon isi jam buka dan jam tutup, atau kosongkan keduanya untuk menghapus pengecualian ini.",
		"Please fill in both buka and tutup, or empty both to remove this exception.")
}

func closesBeforeOpening() survey.Text {
	return reason("Jam tutup harus sesudah jam buka.", "The office must close after it opens.")
}

func lastsTooLong() survey.Text {
	return reason("Pengecualian ini lebih dari setahun. Mohon periksa tahunnya.", "This exception is longer than a year. Please check the year.")
}

func hoursOverlap(name string, from, to time.Time) survey.Text {
	days := from.Format("02/01/2006") + "–" + to.Format("02/01/2006")
	if name != "" {
		days = fmt.Sprintf("%s (%s)", days, name)
	}
	return reason("Sebagian harinya sudah punya jam kerja lain: "+days+".", "Some of these days have other hours already: "+days+".")
}
