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

    /// The same sentence for a final verdict on the whole of a recorded trace, with the positions
    /// that show it: those a proof reads or, where there is none, all up to the deciding one.
    package func explanation(
        witness: [Int], isProof: Bool, states: [UInt64], numbering: (Int) -> Int
    ) -> String {
        Explanation(
            formula: formula, verdict: verdict, decidedAt: decidedAt.map(numbering),
            steps: witness.map { WitnessStep(position: numbering($0), letter: states[$0]) },
            isVacuous: isVacuous, basis: isProof ? .proof : .prefix
        ).sentence
    }
}
