package roster

// A reader adds one row to the roster, unless something in it is wrong.

func readEmployee(roster *Roster, r *row) {
	employee := Employee{
		NIP:        r.requiredNIP("nip"),
		Name:       r.requiredText("nama"),
		Unit:       r.requiredText("unit"),
		Position:   r.text("jabatan"),
		Grade:      r.text("golongan"),
		Phone:      r.phone("telepon"),
		Supervisor: r.optionalNIP("atasan_nip"),
		Given: EmployeeColumns{
			Position:   r.has("jabatan"),
			Grade:      r.has("golongan"),
			Phone:      r.has("telepon"),
			Supervisor: r.has("atasan_nip"),
		},
		At: r.at,
	}
	if !employee.NIP.IsZero() && employee.Supervisor == employee.NIP {
		r.note("atasan_nip", employee.Supervisor.String(), &Refused{ownSupervisor()})
	}
	if !r.wrong {
		roster.Employees = append(roster.Employees, employee)
	}
}

func readTraining(roster *Roster, r *row) {
	training := Training{
		Code:     r.requiredText("kode"),
		Title:    r.requiredText("judul"),
		Kind:     r.text("jenis"),
		Provider: r.text("penyelenggara"),
		First:    r.day("mulai"),
		Last:     r.day("selesai"),
		Hours:    r.hours("jp"),
		Plan:     r.text("rencana"),
		Given: TrainingColumns{
			Kind:     r.has("jenis"),
			Provider: r.has("penyelenggara"),
			Hours:    r.has("jp"),
			Plan:     r.has("rencana"),
		},
		At: r.at,
	}
	if err := training.CheckDays(); err != nil {
		r.note("selesai", training.Last.Format("2006-01-02"), err)
	}
	if !r.wrong {
		roster.Trainings = append(roster.Trainings, training)
	}
}

func readParticipant(roster *Roster, r *row) {
	participant := Participant{
		Code: r.requiredText("kode"),
		NIP:  r.requiredNIP("nip"),
		At:   r.at,
	}
	if !r.wrong {
		roster.Participants = append(roster.Participants, participant)
	}
}
