package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"pascalatih/survey"
)

// InstrumentInfo is a published instrument without its questions.
type InstrumentInfo struct {
	ID           int64
	Key, Version string
	Title        survey.Text
	Privacy      survey.Privacy
	PublishedAt  time.Time
}

// Instruments are all that were published, by key, the newest version first.
func (s *Store) Instruments(ctx context.Context) ([]InstrumentInfo, error) {
	var rows []struct {
		ID           int64
		Key, Version string
		Title        []byte
		Privacy      survey.Privacy
		PublishedAt  time.Time `db:"published_at"`
	}
	err := s.db.SelectContext(ctx, &rows, `
		SELECT id, key, version, definition -> 'title' AS title, privacy, published_at
		FROM instrument ORDER BY key, published_at DESC, id DESC`)
	if err != nil {
		return nil, fmt.Errorf("reading instruments: %w", err)
	}
	infos := make([]InstrumentInfo, len(rows))
	for i, row := range rows {
		infos[i] = InstrumentInfo{
			ID: row.ID, Key: row.Key, Version: row.Version, Privacy: row.Privacy, PublishedAt: row.PublishedAt,
		}
		if err := json.Unmarshal(row.Title, &infos[i].Title); err != nil {
			return nil, fmt.Errorf("reading the title of instrument %d: %w", row.ID, err)
		}
	}
	return infos, nil
}

// Instrument reads a published instrument; NotFound when there is none. Because
// it never changes, it is read from the database once.
func (s *Store) Instrument(ctx context.Context, id int64) (survey.Instrument, error) {
	if cached, ok := s.instruments.Load(id); ok {
		return cached.(survey.Instrument), nil
	}
	var definition []byte
	err := s.db.GetContext(ctx, &definition, `SELECT definition FROM instrument WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return survey.Instrument{}, refuse(NotFound, "what", "instrument")
	}
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("reading instrument %d: %w", id, err)
	}
	var instrument survey.Instrument
	if err := json.Unmarshal(definition, &instrument); err != nil {
		return survey.Instrument{}, fmt.Errorf("reading instrument %d: %w", id, err)
	}
	s.instruments.Store(id, instrument)
	return instrument, nil
}

// InstrumentNamed finds an instrument by its key and version, the newest version
// where that is ""; NotFound (Detail what: instrument) when there is none.
func (s *Store) InstrumentNamed(ctx context.Context, key, version string) (survey.Instrument, error) {
	var id int64
	err := s.db.GetContext(ctx, &id, `
		SELECT id FROM instrument WHERE key = $1 AND ($2 = '' OR version = $2)
		ORDER BY published_at DESC, id DESC LIMIT 1`, key, version)
	if errors.Is(err, sql.ErrNoRows) {
		return survey.Instrument{}, refuse(NotFound, "what", "instrument")
	}
	if err != nil {
		return survey.Instrument{}, fmt.Errorf("finding instrument %s %s: %w", key, version, err)
	}
	return s.Instrument(ctx, id)
}

// InstrumentUse is how many rounds an instrument was used in, and how many of
// them are open.
type InstrumentUse struct{ Rounds, Open int }

// InstrumentUse counts the rounds of one version of an instrument.
func (s *Store) InstrumentUse(ctx context.Context, id int64) (InstrumentUse, error) {
	var use InstrumentUse
	err := s.db.GetContext(ctx, &use, `
		SELECT count(*) AS rounds, count(*) FILTER (WHERE closed_at IS NULL) AS open FROM round WHERE instrument_id = $1`, id)
	if err != nil {
		return InstrumentUse{}, fmt.Errorf("counting the rounds of instrument %d: %w", id, err)
	}
	return use, nil
}

// Publish stores an instrument for good, under its key and version. What was
// published before is found again (isNew is false); the same version with other
// content is OtherContent. What it refers to in earlier forms must be there in
// the newest of them, as far as they are published: survey.Problems otherwise.
// A command that was carried out before gives the first time's id and
// ErrRepeated.
func (s *Store) Publish(ctx context.Context, in survey.Instrument, src Source, now time.Time) (id int64, isNew bool, err error) {
	err = s.inTx(ctx, func(tx *sqlx.Tx) error {
		if err := firstTime(ctx, tx, src, &struct{ Instrument *int64 }{&id}); err != nil {
			return err
		}
		id, isNew, err = publish(ctx, tx, in, src, now)
		if err != nil || !isNew {
			return err
		}
		return checkEarlier(ctx, tx, in)
	})
	return id, isNew, err
}

func publish(ctx context.Context, tx *sqlx.Tx, in survey.Instrument, src Source, now time.Time) (id int64, isNew bool, err error) {
	definition, err := json.Marshal(in)
	if err != nil {
		return 0, false, fmt.Errorf("writing instrument %s %s: %w", in.Key, in.Version, err)
	}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO instrument (key, version, hash, privacy, definition, published_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (key, version) DO NOTHING RETURNING id`,
		in.Key, in.Version, in.Hash(), string(in.Privacy), string(definition), now)
	if err == nil {
		err := writeAudit(ctx, tx, src, "instrument published", map[string]any{
			"instrument": id, "key": in.Key, "version": in.Version,
		}, now)
		return id, true, err
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return 0, false, fmt.Errorf("publishing instrument %s %s: %w", in.Key, in.Version, err)
	}
	var stored struct {
		ID   int64
		Hash string
	}
	err = tx.GetContext(ctx, &stored, `SELECT id, hash FROM instrument WHERE key = $1 AND version = $2`, in.Key, in.Version)
	if err != nil {
		return 0, false, fmt.Errorf("reading instrument %s %s: %w", in.Key, in.Version, err)
	}
	if stored.Hash != in.Hash() {
		return 0, false, refuse(OtherContent, "key", in.Key, "version", in.Version)
	}
	return stored.ID, false, nil
}

// IsPublished tells whether an instrument was published as it is. Its version with
// other content is OtherContent.
func (s *Store) IsPublished(ctx context.Context, in survey.Instrument) (bool, error) {
	var hash string
	err := s.db.GetContext(ctx, &hash, `SELECT hash FROM instrument WHERE key = $1 AND version = $2`, in.Key, in.Version)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("look for instrument %s %s: %w", in.Key, in.Version, err)
	case hash != in.Hash():
		return false, refuse(OtherContent, "key", in.Key, "version", in.Version)
	}
	return true, nil
}
