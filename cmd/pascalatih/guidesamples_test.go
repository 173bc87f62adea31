package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	"pascalatih/survey/xlsform"
)

// writeGuideSamples writes the files that docs/hr.md has its reader send.
func writeGuideSamples(folder string) error {
	form, err := sampleForm()
	if err != nil {
		return err
	}
	samples := map[string][]byte{"kesan-singkat.xlsx": form}
	for name, sheets := range sampleRosters() {
		if samples[name], err = writeBook(sheets); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, data := range samples {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// sampleRosters are three employees in a training, and a fourth: first with slips
// as people make them, then mended. Nobody has a telephone number, since any could
// be somebody's. Beside them is when their units work.
func sampleRosters() map[string][]bookSheet {
	employees := []string{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"}
	participants := []string{"kode", "nip"}
	employee := func(nip, name, unit, phone, supervisor string) []string {
		return []string{nip, name, unit, "Analis Contoh", "III/a", phone, supervisor}
	}
	const supervisor = "197805142003121002"
	fourth := func(nip, phone string) []bookSheet {
		return []bookSheet{
			{"pegawai", [][]string{employees, employee(nip, "Pegawai Contoh Empat", "Badan Contoh Melati", phone, "")}},
			{"peserta", [][]string{participants, {"LATIHAN", nip}}},
		}
	}
	return map[string][]bookSheet{
		"data-contoh.xlsx": {
			{"pegawai", [][]string{
				employees,
				employee("199001152015011001", "Pegawai Contoh Satu", "Dinas Contoh Anggrek", "", supervisor),
				employee(supervisor, "Pegawai Contoh Dua", "Dinas Contoh Anggrek", "", ""),
				employee("198711302010122003", "Pegawai Contoh Tiga", "Badan Contoh Melati", "", ""),
			}},
			{"pelatihan", [][]string{
				{"kode", "judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"},
				{"LATIHAN", "Pelatihan Contoh", "teknis", "Lembaga Contoh", "22/06/2026", "23/06/2026", "16", ""},
			}},
			{"peserta", [][]string{participants, {"LATIHAN", "199001152015011001"}, {"LATIHAN", supervisor}, {"LATIHAN", "198711302010122003"}}},
		},
		"pegawai-keliru.xlsx":     fourth("19930620201903200", "belum tahu"),
		"pegawai-diperbaiki.xlsx": fourth("199306202019032004", ""),
		"waktu-kerja.xlsx": {
			{"unit", [][]string{{"nama", "zona", "hari_kerja"}, {"Dinas Contoh Anggrek", "WITA", "Senin-Sabtu"}, {"Badan Contoh Melati", "", ""}}},
			{"jam_kerja", [][]string{
				{"dari", "sampai", "buka", "tutup", "keterangan"},
				{"01/09/2026", "05/09/2026", "08:00", "14:00", "Pekan contoh"},
			}},
		},
		"kalender-contoh.xlsx": sampleCalendar(),
	}
}

// sampleCalendar is a training that is followed for half a year, with twelve
// participants of two supervisors, and a later one.
func sampleCalendar() []bookSheet {
	units := []string{"Dinas Contoh Anggrek", "Badan Contoh Melati"}
	supervisors := []string{"197503102000031001", "197609212001122002"}
	employees := [][]string{
		{"nip", "nama", "unit", "jabatan", "golongan", "telepon", "atasan_nip"},
		{supervisors[0], "Atasan Contoh Anggrek", units[0], "Kepala Bidang Contoh", "IV/a", "", ""},
		{supervisors[1], "Atasan Contoh Melati", units[1], "Kepala Bidang Contoh", "IV/a", "", ""},
	}
	participants := [][]string{{"kode", "nip"}}
	for i, number := range strings.Split("Satu,Dua,Tiga,Empat,Lima,Enam,Tujuh,Delapan,Sembilan,Sepuluh,Sebelas,Dua Belas", ",") {
		nip := fmt.Sprintf("19880%d152013011%03d", 1+i%9, 1+i)
		unit := i / 6
		employees = append(employees, []string{nip, "Pegawai Contoh " + number, units[unit], "Analis Contoh", "III/b", "", supervisors[unit]})
		participants = append(participants, []string{"PELAYANAN", nip})
	}
	return []bookSheet{
		{"pegawai", employees},
		{"pelatihan", [][]string{
			{"kode", "judul", "jenis", "penyelenggara", "mulai", "selesai", "jp", "rencana"},
			{"PELAYANAN", "Pelayanan Prima (contoh)", "teknis", "Lembaga Contoh", "06/07/2026", "08/07/2026", "24", "standar"},
			{"ARSIP", "Arsip Digital (contoh)", "teknis", "Lembaga Contoh", "16/11/2026", "17/11/2026", "16", "singkat"},
		}},
		{"peserta", participants},
	}
}

// sampleForm is a form of three questions, of use to any office.
func sampleForm() ([]byte, error) {
	form, err := xlsform.ReadFolder(fstest.MapFS{
		"survey.csv": &fstest.MapFile{Data: []byte(`type,name,label::Bahasa Indonesia (id),label::English (en),required,appearance,dimension
select_one satisfaction,satisfaction_overall,"Secara keseluruhan, seberapa puas Bapak/Ibu dengan kegiatan ini?","Overall, how satisfied are you with this event?",yes,likert,satisfaction
select_one use,useful,Apakah materinya dapat dipakai dalam pekerjaan Bapak/Ibu?,Can you use what you learned in your job?,yes,,application
text,suggestion,Apa satu saran Bapak/Ibu untuk kegiatan berikutnya?,What is one thing that you suggest for the next event?,,multiline,recommendation
`)},
		"choices.csv": &fstest.MapFile{Data: []byte(`list_name,name,label::Bahasa Indonesia (id),label::English (en)
satisfaction,1,Tidak puas,Dissatisfied
satisfaction,2,Kurang puas,Somewhat dissatisfied
satisfaction,3,Puas,Satisfied
satisfaction,4,Sangat puas,Very satisfied
use,all,"Ya, sebagian besar","Yes, most of it"
use,some,Sebagian kecil,A little of it
use,none,Belum,Not yet
`)},
		"settings.csv": &fstest.MapFile{Data: []byte(`form_id,form_title::Bahasa Indonesia (id),form_title::English (en),version,default_language,privacy
kesan_singkat,Kesan singkat,Short impressions,1,Bahasa Indonesia (id),confidential
`)},
	})
	if err != nil {
		return nil, fmt.Errorf("read the sample form: %w", err)
	}
	var written bytes.Buffer
	err = xlsform.WriteWorkbook(&written, form)
	return written.Bytes(), err
}
