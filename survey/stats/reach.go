package stats

// reach is by how many a question was answered, or both of a pair were.
type reach struct {
	by    map[int64]int // block
	pools map[pool]int  // of the blocks of which few answered, those of one round
	rest  map[int64]int // and by formation, those whose pool is too small
}

// pool is the blocks of one round that were formed at once, of one week.
type pool struct{ formation, round int64 }

// reaches tells of each question, by how many of each block it was answered, how
// far it reaches.
func (b books) reaches(counts map[string]map[int64]int) map[string]reach {
	reaches := make(map[string]reach, len(counts))
	for name, by := range counts {
		r := reach{by: by, pools: make(map[pool]int), rest: make(map[int64]int)}
		for _, block := range b.blocks {
			if r.few(block) && block.Formation != 0 && block.Round != 0 {
				r.pools[pool{block.Formation, block.Round}] += by[block.ID]
			}
		}
		for _, block := range b.blocks {
			if r.few(block) && block.Formation != 0 && !r.pooled(block) {
				r.rest[block.Formation] += by[block.ID]
			}
		}
		reaches[name] = r
	}
	return reaches
}

func (r reach) few(block CountedBlock) bool {
	n := r.by[block.ID]
	return n > 0 && n < Least
}

func (r reach) pooled(block CountedBlock) bool {
	return block.Round != 0 && r.pools[pool{block.Formation, block.Round}] >= Least
}

// enough are the blocks of a group of which a question's answers count; some tells
// whether anybody of the group gave one.
//
// What one group tells of a question and another does not must be of Least or more,
// too. So blocks of which fewer answered count together with the others of their
// round that were formed with them, or else with the others of their week: where
// these are Least, and only in groups that have all of them.
func (b books) enough(g group, r reach) (blocks []CountedBlock, some bool) {
	for _, block := range g.blocks {
		some = some || r.by[block.ID] > 0
		switch {
		case !r.few(block):
			blocks = append(blocks, block)
		case block.Formation == 0 || g.unit != 0 || len(b.counts.Period.Units) > 0:
		case r.pooled(block), g.round == 0 && r.rest[block.Formation] >= Least:
			blocks = append(blocks, block)
		}
	}
	return blocks, some
}
