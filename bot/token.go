package bot

import "regexp"

// Token is what a deep link (https://t.me/<bot>?start=<token>) carries. One
// that was parsed has the form of the links that the office hands out; whether
// there is such a link only the database knows.
type Token string

// A token is p (of a person) or k (of a class) and at least 128 random bits in
// base64url, within the 64 characters that Telegram passes on.
var tokenPattern = regexp.MustCompile(`^[pk][A-Za-z0-9_-]{22,63}$`)

// ParseToken reads what came with /start. Anybody can write anything there:
// what has not the form of a token is false.
func ParseToken(s string) (Token, bool) {
	if !tokenPattern.MatchString(s) {
		return "", false
	}
	return Token(s), true
}

// ofClass tells a class link's token from a personal one.
func (t Token) ofClass() bool { return t[0] == 'k' }
