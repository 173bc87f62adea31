package simulator

import (
	"errors"
	"fmt"
)

// Contact sends the person's own phone number, with or without being asked.
func (p *Person) Contact(phone string) Message { return p.ContactOf(phone, p.ID) }

// ContactOf forwards the contact of a Telegram account, somebody else's or not.
func (p *Person) ContactOf(phone string, userID int64) Message {
	return p.say(&stored{
		Message: Message{Phone: phone},
		contact: &wireContact{PhoneNumber: phone, FirstName: "Contoh", UserID: userID},
	})
}

// ContactWithoutUser sends an entry of the person's address book, whose number
// no Telegram account has.
func (p *Person) ContactWithoutUser(phone string) Message { return p.ContactOf(phone, 0) }

// SetPhone gives the person's account its phone number, which ShareContact shares.
// Telegram mostly writes it without a +.
func (p *Person) SetPhone(phone string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.chat.phone = phone
}

// What a person cannot press.
var (
	ErrNoKey   = errors.New("no such key is shown")
	ErrNoPhone = errors.New("the person has no phone number")
)

// ShareContact presses the key that shares the person's phone number. It is
// possible only while such a key is shown.
func (p *Person) ShareContact() (Message, error) {
	return p.press("for the phone number", func(k Key) bool { return k.Contact })
}

// Press presses the key with this label, in place of the letters. It is possible
// only while that is shown.
func (p *Person) Press(label string) (Message, error) {
	return p.press(fmt.Sprintf("%q", label), func(k Key) bool { return k.Text == label })
}

func (p *Person) press(what string, wanted func(Key) bool) (Message, error) {
	for _, row := range p.Chat().Keys() {
		for _, key := range row {
			if !wanted(key) {
				continue
			}
			if !key.Contact {
				return p.Write(key.Text), nil
			}
			phone := p.phone()
			if phone == "" {
				return Message{}, ErrNoPhone
			}
			return p.Contact(phone), nil
		}
	}
	return Message{}, fmt.Errorf("press the key %s: %w", what, ErrNoKey)
}

func (p *Person) phone() string {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	return p.chat.phone
}
