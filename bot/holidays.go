package bot

import (
	"context"

	"pascalatih/bot/telegram"
	"pascalatih/scheduler/calendar"
	"pascalatih/storage"
)

// composeHolidays asks for next year's holidays, while they are missing.
func (b *Bot) composeHolidays(ctx context.Context, d storage.Delivery, account storage.Account) (telegram.Message, storage.Outcome, error) {
	if !office.allows(account) {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "no role for it any more"}, nil
	}
	said, err := b.holidaysWanted(ctx, account, "holidays.call")
	if err == nil && said == "" {
		return telegram.Message{}, storage.Outcome{State: storage.Unneeded, Reason: "they are known"}, nil
	}
	return telegram.Message{Chat: d.AccountID, Text: plain(said)}, storage.Outcome{}, err
}

// holidaysWanted says, in the words of a text, that the holidays which the office
// should know by now are missing; nothing where they are not, or to whom may not
// upload them.
func (b *Bot) holidaysWanted(ctx context.Context, account storage.Account, key string) (string, error) {
	year, wanted := calendar.HolidaysWanted(calendar.DayOf(b.clock.Now(), b.zone))
	if !wanted || !office.allows(account) {
		return "", nil
	}
	missing, err := b.store.HolidaysMissing(ctx, year)
	if err != nil || !missing {
		return "", err
	}
	return b.texts.In(account.Language).Say(key, map[string]any{"Year": year}), nil
}
