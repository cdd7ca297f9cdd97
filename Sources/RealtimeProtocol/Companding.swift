/// Sound as 16-bit samples and as bytes of `pcmu` and `pcma` (ITU-T G.711; a byte stands for 13 or
/// 14 bits).
package enum Companding {
    /// A sample as µ-law.
    package static func muLaw(_ sample: Int16) -> UInt8 {
        let linear = Int(sample)
        let sign: Int = linear < 0 ? 0x80 : 0
        let magnitude = min(abs(linear), 32_635) + 0x84
        var exponent = 7
        while exponent > 0, magnitude & (0x80 << exponent) == 0 { exponent -= 1 }
        let mantissa = magnitude >> (exponent + 3) & 0x0F
        return UInt8(~(sign | exponent << 4 | mantissa) & 0xFF)
    }

    /// The sample a µ-law byte stands for.
    package static func linear(muLaw byte: UInt8) -> Int16 {
        let value = Int(~byte)
        let exponent = value >> 4 & 7
        let magnitude = ((((value & 0x0F) << 3) + 0x84) << exponent) - 0x84
        return Int16(value & 0x80 != 0 ? -magnitude : magnitude)
    }

    /// A sample as A-law.
    package static func aLaw(_ sample: Int16) -> UInt8 {
        let linear = Int(sample) >> 3
        let sign: UInt8 = linear >= 0 ? 0x80 : 0
        let magnitude = linear >= 0 ? linear : -linear - 1
        var exponent = 7
        while exponent > 0, magnitude & (0x10 << exponent) == 0 { exponent -= 1 }
        let mantissa = magnitude >> max(1, exponent) & 0x0F
        return (sign | UInt8(exponent) << 4 | UInt8(mantissa)) ^ 0x55
    }

    /// The sample an A-law byte stands for.
    package static func linear(aLaw byte: UInt8) -> Int16 {
        let value = Int(byte ^ 0x55)
        let exponent = value >> 4 & 7
        var magnitude = ((value & 0x0F) << 4) + 8
        if exponent > 0 { magnitude = (magnitude + 0x100) << (exponent - 1) }
        return Int16(value & 0x80 != 0 ? magnitude : -magnitude)
    }
}
