package roster

// Merge makes one roster of several, so that they are imported together or not
// at all. Rows that say the same are kept once. The error is Errors: what is there
// twice with different content, hours that share a day, or nothing at all in any
// of them.
func Merge(rosters ...Roster) (Roster, error) {
	var merged Roster
	var found problems
	employees, trainings := map[NIP]Employee{}, map[string]Training{}
	participants, units := map[Participant]bool{}, map[string]Unit{}
	for _, r := range rosters {
		for _, employee := range r.Employees {
			first, there := employees[employee.NIP]
			if !there {
				employees[employee.NIP] = employee
				merged.Employees = append(merged.Employees, employee)
			} else if !first.same(employee) {
				found.at(employee.At, "nip", employee.NIP.String(), saidDifferently(first.At))
			}
		}
		for _, training := range r.Trainings {
			first, there := trainings[training.Code]
			if !there {
				trainings[training.Code] = training
				merged.Trainings = append(merged.Trainings, training)
			} else if !first.same(training) {
				found.at(training.At, "kode", training.Code, saidDifferently(first.At))
			}
		}
		for _, participant := range r.Participants {
			pair := Participant{Code: participant.Code, NIP: participant.NIP}
			if !participants[pair] {
				participants[pair] = true
				merged.Participants = append(merged.Participants, participant)
			}
		}
		mergeWorkTime(&merged, r, units, &found)
	}
	if len(merged.Employees)+len(merged.Trainings)+len(merged.Participants)+len(merged.Units)+len(merged.Hours) == 0 {
		found.add(CellError{Reason: nothingInIt()})
	}
	if err := found.err(); err != nil {
		return Roster{}, err
	}
	return merged, nil
}

// same tells whether two rows say the same, wherever they stand.
func (e Employee) same(other Employee) bool {
	other.At = e.At
	return e == other
}

func (t Training) same(other Training) bool {
	other.At = t.At
	return t == other
}
