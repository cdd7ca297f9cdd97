extension Monitor {
    /// The verdict and its reason in one sentence, with events called by the caller's numbers,
    /// who may count more events than this monitor saw.
    package func explanation(numbering: (Int) -> Int) -> String {
        Explanation(
            formula: formula, verdict: verdict, decidedAt: decidedAt.map(numbering),
            steps: witnessSteps.map {
                WitnessStep(position: numbering($0.position), letter: $0.letter)
            },
            isVacuous: isVacuous
        ).sentence
    }
}
