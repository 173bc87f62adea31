package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pascalatih/bot/telegram"
	"pascalatih/storage"
)

// moveKinds handles which plan trainings of a kind follow that name none.
func (b *Bot) moveKinds(ctx context.Context, v visit, s planState, d deed) (turn[planState], error) {
	switch {
	case s.At == atKinds && d.Verb == doPage:
		s.Page = d.Index
	case s.At == atKinds && d.Verb == doKind:
		kinds, err := b.store.KindPlans(ctx)
		if err != nil || d.Index >= len(kinds) {
			return turn[planState]{State: s}, err
		}
		s = planState{At: atKind, Kind: kinds[d.Index].Kind, Was: kinds[d.Index].PlanID}
	case s.At == atKind && (d.Verb == doPlan || d.Verb == doSkip):
		s.Will = d.ID
		if d.Verb == doSkip {
			s.Will = 0
		}
		if _, err := b.store.PreviewPlan(ctx, s.kindChange(), b.zone, v.now); err != nil {
			return b.refusedKind(v, err)
		}
		s.At = atKindSure
	case s.At == atKindSure && d.Verb == doConfirm:
		err := b.store.ChangePlan(ctx, s.kindChange(), d.source, v.now)
		if err != nil && !errors.Is(err, storage.ErrRepeated) {
			return b.refusedKind(v, err)
		}
		return turn[planState]{State: planState{At: atKinds}, Notice: v.say.Say("plans.kind_saved", nil)}, nil
	}
	return turn[planState]{State: s}, nil
}

func (s planState) kindChange() storage.PlanChange {
	return storage.SetKindPlan{Kind: s.Kind, Seen: s.Was, Plan: s.Will}
}

// refusedKind goes back to the kinds as they are now.
func (b *Bot) refusedKind(v visit, err error) (turn[planState], error) {
	switch {
	case storage.IsCode(err, storage.NotFound):
		return turn[planState]{State: planState{At: atKinds}, Notice: v.say.Say("plans.gone", nil)}, nil
	case storage.IsCode(err, storage.Refused):
		return turn[planState]{State: planState{At: atKinds}, Notice: v.say.Say("plans.refused_changed", nil)}, nil
	}
	return turn[planState]{}, err
}

// drawKinds lists the kinds of trainings with their plans.
func (b *Bot) drawKinds(ctx context.Context, sc scene, s planState) (screen, error) {
	kinds, err := b.store.KindPlans(ctx)
	if err != nil {
		return screen{}, err
	}
	part := partOf(len(kinds), listedAtOnce, s.Page)
	var keyboard telegram.Keyboard
	for i, kind := range kinds[part.From:part.To] {
		label := fmt.Sprintf("%d. %s", part.From+i+1, kind.Kind)
		keyboard = append(keyboard, []telegram.Button{sc.button(label, doKind, 0, part.From+i)})
	}
	turns := part.turns(func(label string, leaf int) telegram.Button { return sc.button(label, doPage, 0, leaf) })
	if turns != nil {
		keyboard = append(keyboard, turns)
	}
	return screen{Buttons: append(keyboard, b.planStepBack(sc)), Text: write(func(p *page) {
		p.text(sc.say.Say("plans.kinds", nil))
		if len(kinds) == 0 {
			p.gap()
			p.text(sc.say.Say("plans.no_kinds", nil))
		}
		for i, kind := range kinds[part.From:part.To] {
			plan := kind.PlanTitle
			if plan == "" {
				plan = sc.say.Say("plans.none", nil)
			}
			p.gap()
			p.text(fmt.Sprintf("%d. %s: %s", part.From+i+1, kind.Kind, plan))
			p.line()
			p.text(sc.say.Say("plans.kind_trainings", map[string]any{"Count": kind.Trainings}))
		}
	})}, nil
}

// drawKind asks for the plan of a kind.
func (b *Bot) drawKind(ctx context.Context, sc scene, s planState) (screen, error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return screen{}, err
	}
	var keyboard telegram.Keyboard
	for _, plan := range plans {
		if plan.ID != s.Was {
			keyboard = append(keyboard, []telegram.Button{sc.button(shortTitle(plan.Title), doPlan, plan.ID, 0)})
		}
	}
	if s.Was != 0 {
		keyboard = append(keyboard, []telegram.Button{sc.button(sc.say.Say("button.no_plan", nil), doSkip, 0, 0)})
	}
	return screen{Buttons: append(keyboard, b.planStepBack(sc)), Text: write(func(p *page) {
		p.text(sc.say.Say("plans.ask_kind", map[string]any{"Kind": s.Kind}))
		if at := slices.IndexFunc(plans, func(p storage.Plan) bool { return p.ID == s.Was }); at >= 0 {
			p.gap()
			p.text(sc.say.Say("trainings.now", map[string]any{"Value": plans[at].Title}))
		}
	})}, nil
}

// drawKindSure shows what another plan of a kind would do.
func (b *Bot) drawKindSure(ctx context.Context, sc scene, s planState) (screen, error) {
	plans, err := b.store.Plans(ctx)
	if err != nil {
		return screen{}, err
	}
	title := sc.say.Say("plans.none", nil)
	if at := slices.IndexFunc(plans, func(p storage.Plan) bool { return p.ID == s.Will }); at >= 0 {
		title = plans[at].Title
	}
	return b.drawEffect(ctx, sc, s.kindChange(), func(p *page) {
		p.text(sc.say.Say("plans.kind_sure", map[string]any{"Kind": s.Kind, "Plan": title}))
	}, doConfirm)
}
