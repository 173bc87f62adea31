package bot

import (
	"strings"

	"pascalatih/storage"
	"pascalatih/survey/text"
)

// writeMessages writes where the messages of a round are, and that some were refused.
func writeMessages(p *page, say text.Phrases, report storage.RoundReport, messages []storage.MessageCount) {
	if len(messages) == 0 {
		return
	}
	var parts []string
	for _, m := range messages {
		parts = append(parts, say.Say("messages."+m.State, map[string]any{"Count": m.Count}))
	}
	p.gap()
	p.text(say.Say("messages.of_round", map[string]any{"States": strings.Join(parts, " · ")}))
	if refused := report.Standings[storage.StandingFailed]; refused > 0 {
		p.line()
		p.text("⚠️ " + say.Say("messages.refused", map[string]any{"Count": refused, "Button": say.Say("button.missing", nil)}))
	}
}
