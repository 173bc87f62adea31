-- +goose Up

-- What the same people said twice: before and after, or they and their supervisor.

CREATE INDEX round_training ON round (training_id, instrument_key) WHERE training_id IS NOT NULL;

-- Pairs that are compared together, and only together, from then on. size is what the
-- block had when it was formed: one that lost a pair since counts nowhere.
CREATE TABLE pair_block (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    training_id  bigint NOT NULL REFERENCES training,
    comparison   text NOT NULL CHECK (comparison IN ('before_after', 'self_supervisor')),
    dimension    text NOT NULL CHECK (dimension <> ''),
    first_round  bigint NOT NULL REFERENCES round,
    second_round bigint NOT NULL REFERENCES round,
    least        int NOT NULL, -- the scores' scale
    most         int NOT NULL,
    size         int NOT NULL CHECK (size >= 5),
    formed_at    timestamptz NOT NULL,
    CHECK (least < most)
);
CREATE INDEX pair_block_training ON pair_block (training_id, comparison, dimension);
CREATE INDEX pair_block_time ON pair_block (formed_at);

-- Two responses about the same person. It goes with either of them, and when either
-- is untied from its invitation.
CREATE TABLE pair (
    pair_block_id bigint NOT NULL REFERENCES pair_block,
    first_round   bigint NOT NULL,
    first_id      uuid NOT NULL,
    second_round  bigint NOT NULL,
    second_id     uuid NOT NULL,
    first_whole   boolean NOT NULL, -- answers every item of the score
    second_whole  boolean NOT NULL,
    first_score   double precision NOT NULL,
    second_score  double precision NOT NULL,
    PRIMARY KEY (pair_block_id, first_id),
    FOREIGN KEY (first_round, first_id) REFERENCES response (round_id, id) ON DELETE CASCADE,
    FOREIGN KEY (second_round, second_id) REFERENCES response (round_id, id) ON DELETE CASCADE
);
CREATE INDEX pair_first ON pair (first_round, first_id);
CREATE INDEX pair_second ON pair (second_round, second_id);

-- Since when pairs of a training wait, of which none were told so far.
CREATE TABLE pair_waiting (
    training_id  bigint NOT NULL REFERENCES training,
    comparison   text NOT NULL,
    dimension    text NOT NULL,
    first_round  bigint NOT NULL REFERENCES round,
    second_round bigint NOT NULL REFERENCES round,
    since        timestamptz NOT NULL,
    PRIMARY KEY (training_id, comparison, dimension)
);
CREATE INDEX pair_waiting_since ON pair_waiting (since);
