package roster

import (
	"fmt"
	"strings"

	"pascalatih/survey"
)

func reason(id, en string) survey.Text { return survey.Text{"id": id, "en": en} }

func wrongNIP() survey.Text {
	return reason("NIP harus 18 angka.", "An NIP has 18 digits.")
}

func roundedNIP() survey.Text {
	return reason(
		"Excel menyimpan NIP ini sebagai angka dan membulatkan angka-angka terakhirnya. Mohon ubah format kolom menjadi Teks, lalu tulis ulang NIP-nya.",
		"Excel stored this NIP as a number and rounded its last digits. Please format the column as text and write the NIP again.")
}

func formulaCell() survey.Text {
	return reason(
		"Sel ini berisi rumus. Mohon ganti dengan nilainya (salin, lalu tempel sebagai nilai).",
		"This cell holds a formula. Please replace it by its value (copy, then paste as value).")
}

func emptyCell() survey.Text {
	return reason("Bagian ini wajib diisi.", "This must be filled in.")
}

func longCell() survey.Text {
	return reason(
		fmt.Sprintf("Isinya terlalu panjang. Paling banyak %d huruf.", maxLength),
		fmt.Sprintf("This is too long. %d characters are allowed.", maxLength))
}

func wrongDate() survey.Text {
	return reason(
		"Tanggal ini tidak dikenali. Contoh: 27/06/2026, 2026-06-27 atau 27 Juni 2026.",
		"This is no date. Examples: 27/06/2026, 2026-06-27 or 27 June 2026.")
}

func wrongHours() survey.Text {
	return reason("JP harus bilangan bulat, 0 atau lebih.", "JP must be a whole number, 0 or more.")
}

func wrongPhone() survey.Text {
	return reason(
		"Nomor telepon ini tidak dikenali. Contoh: 081200000000 atau +6281200000000.",
		"This is no telephone number. Examples: 081200000000 or +6281200000000.")
}

func ownSupervisor() survey.Text {
	return reason("Pegawai tidak dapat menjadi atasannya sendiri.", "Employees cannot be their own supervisors.")
}

func endsBeforeBegin() survey.Text {
	return reason("Tanggal selesai mendahului tanggal mulai.", "The last day comes before the first.")
}

func unknownEmployee() survey.Text {
	return reason(
		"NIP ini tidak ada dalam berkas maupun data pegawai.",
		"This NIP is neither in the files nor among the employees.")
}

func unknownTraining() survey.Text {
	return reason(
		"Kode pelatihan ini tidak ada dalam berkas maupun data pelatihan.",
		"This training code is neither in the files nor among the trainings.")
}

func unknownPlan(known []string) survey.Text {
	if len(known) == 0 {
		return reason("Rencana ini tidak dikenal.", "This plan is unknown.")
	}
	list := strings.Join(known, ", ")
	return reason(
		"Rencana ini tidak dikenal. Rencana yang ada: "+list+".",
		"This plan is unknown. The plans are: "+list+".")
}

func saidDifferently(first Place) survey.Text {
	return reason(
		fmt.Sprintf("Sudah ada dengan isi lain: %s, lembar %s, baris %d.", first.File, first.Sheet, first.Row),
		fmt.Sprintf("This is there already with other content: %s, sheet %s, row %d.", first.File, first.Sheet, first.Row))
}

func unknownColumn(known []string) survey.Text {
	list := strings.Join(known, ", ")
	return reason(
		"Kolom ini tidak dikenal. Kolom yang ada: "+list+".",
		"This column is unknown. The columns are: "+list+".")
}

func columnTwice() survey.Text {
	return reason("Kolom ini muncul dua kali.", "This column is there twice.")
}

func columnUnnamed() survey.Text {
	return reason("Kolom ini berisi data, tetapi tidak berjudul.", "This column holds data but has no name.")
}

func columnMissing() survey.Text {
	return reason("Kolom ini tidak ada.", "This column is missing.")
}

func sheetEmpty() survey.Text {
	return reason(
		"Lembar ini kosong. Baris pertama harus berisi nama kolom.",
		"This sheet is empty. Its first row must hold the names of the columns.")
}

func sheetTwice() survey.Text {
	return reason("Lembar ini ada dua kali dalam satu berkas.", "This sheet is in the file twice.")
}

func sheetMisnamed(name string) survey.Text {
	return reason(
		fmt.Sprintf("Kolomnya seperti lembar %s. Mohon beri lembar ini nama %s.", name, name),
		fmt.Sprintf("Its columns are those of the sheet %s. Please give this sheet the name %s.", name, name))
}

func noSheet() survey.Text {
	return reason(
		"Tidak ada lembar pegawai, pelatihan, peserta, unit atau jam_kerja dalam berkas ini.",
		"There is no sheet pegawai, pelatihan, peserta, unit or jam_kerja in this file.")
}

func nothingInIt() survey.Text {
	return reason(
		"Belum ada yang diisi di dalamnya. Mohon isi, lalu kirim lagi.",
		"Nothing is filled in there yet. Please fill it in and send it again.")
}

func headerUnknown(layouts []layout) survey.Text {
	var lists []string
	for _, l := range layouts {
		lists = append(lists, strings.Join(l.names(), ", "))
	}
	list := strings.Join(lists, " / ")
	return reason(
		"Baris pertama tidak berisi nama kolom yang dikenal: "+list+".",
		"The first row does not hold the names of known columns: "+list+".")
}

func andMore(n int) survey.Text {
	return reason(fmt.Sprintf("Masih ada %d kesalahan lain.", n), fmt.Sprintf("There are %d more errors.", n))
}
