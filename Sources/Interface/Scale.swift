/// Round numbers for axes.
enum Scale {
    /// The least of 1, 2, 5 times a power of ten that is not below `value`, which is above 0.
    static func step(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 1 }
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        for factor in [1.0, 2, 5] where power * factor >= value * (1 - 1e-12) {
            return power * factor
        }
        return power * 10
    }
}
