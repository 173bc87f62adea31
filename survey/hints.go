package survey

// The built-in hints. A form's own required_message and constraint_message come
// before them.

func (q Question) requiredHint() Text {
	if !q.RequiredMessage.IsEmpty() {
		return q.RequiredMessage
	}
	return Text{
		"id": "Mohon jawab pertanyaan ini dahulu.",
		"en": "Please answer this question first.",
	}
}

func (q Question) constraintHint() Text {
	if !q.ConstraintMessage.IsEmpty() {
		return q.ConstraintMessage
	}
	return Text{
		"id": "Jawaban ini belum sesuai dengan pertanyaannya. Mohon periksa kembali.",
		"en": "This answer does not fit the question. Please check it.",
	}
}

// inTheWayHint names the question that keeps the form from being sent.
func (q Question) inTheWayHint() Text {
	return Text{
		"id": "Masih ada pertanyaan yang perlu dijawab: " + q.Label.In("id"),
		"en": "A question still needs your answer: " + q.Label.In("en"),
	}
}

func emptyFormHint() Text {
	return Text{
		"id": "Formulir ini masih kosong. Mohon jawab setidaknya satu pertanyaan.",
		"en": "This form is still empty. Please answer at least one question.",
	}
}

func choiceHint() Text {
	return Text{
		"id": "Mohon jawab dengan menekan salah satu tombol di bawah pertanyaan.",
		"en": "Please answer by tapping one of the buttons below the question.",
	}
}

func noteHint() Text {
	return Text{
		"id": "Di sini tidak ada yang perlu diketik. Silakan tekan Lanjut.",
		"en": "There is nothing to type here. Please tap Next.",
	}
}

func integerHint() Text {
	return Text{
		"id": "Mohon ketik satu angka bulat, misalnya 12.",
		"en": "Please type one whole number, for example 12.",
	}
}

func decimalHint() Text {
	return Text{
		"id": "Mohon ketik satu angka, misalnya 12 atau 1,5.",
		"en": "Please type one number, for example 12 or 1.5.",
	}
}

func thousandsHint() Text {
	return Text{
		"id": "Mohon ketik angkanya tanpa titik ribuan, misalnya 1500.",
		"en": "Please type the number without a thousands comma, for example 1500.",
	}
}

func dateHint() Text {
	return Text{
		"id": "Mohon ketik satu tanggal, misalnya 27/6 atau 27 Juni 2026.",
		"en": "Please type one date, for example 27/6 or 27 June 2026.",
	}
}

func emptyTextHint() Text {
	return Text{
		"id": "Pesan ini tidak berisi tulisan. Mohon ketik jawaban Bapak/Ibu.",
		"en": "This message holds no text. Please type your answer.",
	}
}

func tooLongHint(limit int) Text {
	return sentence(
		"Jawaban paling panjang %d huruf. Mohon dipersingkat.",
		"An answer can hold at most %d characters. Please shorten it.", limit)
}
