package stats

// Least is the smallest number of responses behind a figure that is shown.
const Least = 5

// disclose decides, for a whole and the parts it is made of, given how many
// responses are behind each part, which parts are shown on their own and which
// count in the whole. It is the one place that decides.
//
// A part under Least is not shown. The whole counts such parts too as long as
// together they have at least Least responses, so that the whole less the parts
// shown never tells of one to four people; otherwise it leaves them out.
func disclose(bases []int) (shown, counted []bool) {
	small := 0
	for _, base := range bases {
		if base < Least {
			small += base
		}
	}
	shown = make([]bool, len(bases))
	counted = make([]bool, len(bases))
	for i, base := range bases {
		shown[i] = base >= Least
		counted[i] = shown[i] || small >= Least
	}
	return shown, counted
}
