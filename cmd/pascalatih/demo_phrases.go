package main

import (
	"strings"

	"pascalatih/survey/text"
)

// mark stands where a text puts something in.
const mark = "\x00"

// saidIn is a text with marks in place of what it puts in.
func saidIn(say text.Phrases, key string) string {
	return say.Say(key, map[string]any{"Title": mark, "Training": mark, "Name": mark, "Count": 7})
}

// beginningIn is what a text begins with, up to the first thing that it puts in.
func beginningIn(say text.Phrases, key string) string {
	words := saidIn(say, key)
	if at := strings.IndexAny(words, mark+"7"); at >= 0 {
		words = words[:at]
	}
	return words
}

// endingIn is what a text ends with, after the last thing that it puts in.
func endingIn(say text.Phrases, key string) string {
	words := saidIn(say, key)
	return words[strings.LastIndexAny(words, mark+"7")+1:]
}

// middleIn is the longest part of a text between what it puts in.
func middleIn(say text.Phrases, key string) string {
	longest := ""
	for _, part := range strings.FieldsFunc(saidIn(say, key), func(r rune) bool { return r == 0 || r == '7' }) {
		if len(part) > len(longest) {
			longest = part
		}
	}
	return longest
}

// numbersRest tells whether the first line of a message ends as a text does: two
// texts may begin alike.
func numbersRest(say text.Phrases, key, words string) bool {
	return strings.HasSuffix(firstLine(words), endingIn(say, key))
}
