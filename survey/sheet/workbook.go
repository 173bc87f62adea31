package sheet

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Edit makes a change to a workbook and gives it back; what the change does not
// touch stays. A workbook that Read would not read gives *Unreadable.
func Edit(data []byte, change func(*excelize.File) error) (edited []byte, err error) {
	// No panic is known of this version of the library, but earlier ones had them
	// on odd files, and what somebody uploads must not end the process.
	defer func() {
		if recover() != nil {
			edited, err = nil, damaged()
		}
	}()
	file, err := open(data)
	if err != nil {
		return nil, err
	}
	defer file.Close() // holds nothing open: all was read from memory
	if err := change(file); err != nil {
		return nil, err
	}
	written, err := file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("writing the workbook: %w", err)
	}
	return written.Bytes(), nil
}

func open(data []byte) (*excelize.File, error) {
	if _, err := inspect(data); err != nil {
		return nil, err
	}
	// Both limits are the same, so that nothing is unpacked to the disk.
	file, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped})
	if err != nil {
		return nil, damaged()
	}
	return file, nil
}

func tooLarge() error {
	return unreadable(0,
		fmt.Sprintf("Isi berkas ini terlalu besar. Paling banyak %d baris dan %d kolom per lembar, dan %d sel seluruhnya. Mohon bagi menjadi beberapa berkas.", maxRows, maxColumns, maxCells),
		fmt.Sprintf("This file holds too much. A sheet may have %d rows and %d columns at most, and all together %d cells. Please split it into several files.", maxRows, maxColumns, maxCells))
}

func unzipsTooLarge() error {
	return unreadable(0,
		fmt.Sprintf("Berkas ini terlalu besar setelah dibuka: lebih dari %d MB. Mohon hapus gambar dan lembar yang tidak perlu, lalu kirim lagi.", maxUnzipped>>20),
		fmt.Sprintf("This file is too large once it is unpacked: more than %d MB. Please remove pictures and sheets that are not needed and send it again.", maxUnzipped>>20))
}

func macros() error {
	return unreadable(0,
		"Berkas ini berisi makro. Mohon simpan sebagai .xlsx tanpa makro, lalu kirim lagi.",
		"This file holds macros. Please save it as .xlsx without macros and send it again.")
}

func damaged() error {
	return unreadable(0,
		"Berkas ini rusak atau bukan berkas Excel (.xlsx). Mohon buka di Excel, simpan sebagai .xlsx, lalu kirim lagi.",
		"This file is damaged or no Excel workbook (.xlsx). Please open it in Excel, save it as .xlsx and send it again.")
}
