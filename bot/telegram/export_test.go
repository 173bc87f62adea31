package telegram

// Chats is how many chats the Pacer remembers.
func (p *Pacer) Chats() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.chats)
}
