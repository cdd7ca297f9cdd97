import Cells
import Foundation

/// How colours look to people and to people who lack a kind of cone.
enum ColorVision: CaseIterable {
    case normal, deuteranopia, protanopia, tritanopia

    /// WCAG 2.1 contrast, 1 to 21.
    static func contrast(_ one: Color, _ other: Color) -> Double {
        let pair = [luminance(one), luminance(other)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }

    static func linear(_ color: Color) -> [Double] {
        guard let (red, green, blue) = color.components else { return [0, 0, 0] }
        return [red, green, blue].map { channel in
            let value = Double(channel) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }

    static func luminance(_ color: Color) -> Double {
        let value = linear(color)
        return 0.2126 * value[0] + 0.7152 * value[1] + 0.0722 * value[2]
    }

    /// Distance in CIE L*a*b* (1976) after the simulation; about 2.3 is just noticeable.
    func distance(_ one: Color, _ other: Color) -> Double {
        let (left, right) = (lab(one), lab(other))
        return zip(left, right).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
    }

    /// Linear RGB matrices of Machado, Oliveira and Fernandes (2009), severity 1.
    private var matrix: [[Double]] {
        switch self {
        case .normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        case .protanopia:
            [
                [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                [-0.003882, -0.048116, 1.051998],
            ]
        case .deuteranopia:
            [
                [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                [-0.011820, 0.042940, 0.968881],
            ]
        case .tritanopia:
            [
                [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                [0.004733, 0.691367, 0.303900],
            ]
        }
    }

    private func lab(_ color: Color) -> [Double] {
        let linear = Self.linear(color)
        let seen = matrix.map { row in
            min(1, max(0, zip(row, linear).map(*).reduce(0, +)))
        }
        let x = (0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505
        let y = 0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]
        let z = (0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089
        let bent = [x, y, z].map { $0 > 0.008856 ? cbrt($0) : 7.787 * $0 + 16.0 / 116 }
        return [116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])]
    }
}
