package bot

// CommandNames are the names of all commands.
func CommandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// TapKinds are the kinds of all taps.
func TapKinds() []string {
	var kinds []string
	for _, b := range buttons() {
		kinds = append(kinds, string(b.kind))
	}
	return kinds
}

// TalkNames are the names of all dialogues.
func TalkNames() []string {
	var names []string
	for _, t := range talks() {
		names = append(names, t.named())
	}
	return names
}

// AuditActions are the actions of the audit that have a kind and a sentence, with
// how many kinds have them.
func AuditActions() map[string]int {
	actions := map[string]int{}
	for _, kind := range auditKinds() {
		for _, action := range kind.actions {
			actions[action]++
		}
	}
	return actions
}
