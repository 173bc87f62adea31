//go:build race

package scheduler_test

// raceDetected tells that everything takes several times as long.
const raceDetected = true
