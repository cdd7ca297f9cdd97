"""Draws what a tmux pane shows as a PNG, for the documents.

usage: tmux capture-pane -e -p -N -t PANE | python3 picture.py OUT.png

Needs Pillow, and Debian's fonts-jetbrains-mono and fonts-unifont. Braille, boxes and blocks are
drawn as geometry, because few fonts have all of them.
"""

import re
import sys
import unicodedata

from PIL import Image, ImageDraw, ImageFont

CELL_WIDTH, CELL_HEIGHT = 20, 44
FONT = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf"
BOLD = "/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Bold.ttf"
WIDE = "/usr/share/fonts/opentype/unifont/unifont.otf"
INK, PAPER = (205, 214, 244), (30, 30, 46)
BASIC = [(0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16), (36, 114, 200), (188, 63, 188),
         (17, 168, 205), (229, 229, 229)]


def indexed(number):
    """Returns the colour of an entry of the 256-colour palette."""
    if number < 16:
        return BASIC[number % 8]
    if number < 232:
        levels = [0, 95, 135, 175, 215, 255]
        number -= 16
        return (levels[number // 36], levels[number // 6 % 6], levels[number % 6])
    return (8 + (number - 232) * 10,) * 3


def parse(lines):
    """Yields row, column, character, foreground, background, bold for each cell."""
    ink, paper, bold, reverse = None, None, False, False
    for row, line in enumerate(lines):
        column = 0
        for code, character in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b])", line):
            if not character:
                numbers = [int(n) for n in re.split("[;:]", code) if n] or [0]
                while numbers:
                    n = numbers.pop(0)
                    if n == 0:
                        ink, paper, bold, reverse = None, None, False, False
                    elif n == 1:
                        bold = True
                    elif n == 7:
                        reverse = True
                    elif n in (38, 48):
                        kind = numbers.pop(0)
                        color = tuple(numbers.pop(0) for _ in range(3)) if kind == 2 else indexed(numbers.pop(0))
                        ink, paper = (color, paper) if n == 38 else (ink, color)
                    elif n == 39:
                        ink = None
                    elif n == 49:
                        paper = None
                    elif 30 <= n < 38:
                        ink = BASIC[n - 30]
                    elif 40 <= n < 48:
                        paper = BASIC[n - 40]
                continue
            if unicodedata.combining(character):
                continue
            a, b = ink or INK, paper or PAPER
            yield row, column, character, b if reverse else a, a if reverse else b, bold
            column += 2 if unicodedata.east_asian_width(character) in "WF" else 1


def boxes(character):
    """Returns rectangles in shares of a cell for characters drawn as geometry, or None."""
    code = ord(character)
    if 0x2800 <= code <= 0x28FF:
        dots = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
        return [(0.12 + x * 0.5, 0.06 + y * 0.25, 0.38 + x * 0.5, 0.19 + y * 0.25)
                for bit, (x, y) in enumerate(dots) if code - 0x2800 >> bit & 1]
    if 0x2581 <= code <= 0x2588:
        return [(0, 1 - (code - 0x2580) / 8, 1, 1)]
    if 0x2589 <= code <= 0x258F:
        return [(0, 0, (0x2590 - code) / 8, 1)]
    arms = {"─": "lr", "│": "ud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "━": "LR", "┃": "UD"}
    if character not in arms:
        return None
    result = []
    for arm in arms[character]:
        x, y = (0.12, 0.06) if arm.isupper() else (0.05, 0.025)
        result.append({"l": (0, 0.5 - y, 0.5 + x, 0.5 + y), "r": (0.5 - x, 0.5 - y, 1, 0.5 + y),
                       "u": (0.5 - x, 0, 0.5 + x, 0.5 + y), "d": (0.5 - x, 0.5 - y, 0.5 + x, 1)}[arm.lower()])
    return result


def main(output):
    lines = sys.stdin.read().rstrip("\n").split("\n")
    cells = list(parse(lines))
    width = max(column for _, column, *_ in cells) + 1
    image = Image.new("RGB", (width * CELL_WIDTH, len(lines) * CELL_HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    fonts = {False: ImageFont.truetype(FONT, 32), True: ImageFont.truetype(BOLD, 32)}
    wide = ImageFont.truetype(WIDE, 36)
    for row, column, _, _, paper, _ in cells:
        x, y = column * CELL_WIDTH, row * CELL_HEIGHT
        draw.rectangle((x, y, x + CELL_WIDTH - 1, y + CELL_HEIGHT - 1), fill=paper)
    for row, column, character, ink, _, bold in cells:
        x, y = column * CELL_WIDTH, row * CELL_HEIGHT
        shapes = boxes(character)
        for left, top, right, bottom in shapes or []:
            draw.rectangle((x + left * CELL_WIDTH, y + top * CELL_HEIGHT,
                            x + right * CELL_WIDTH - 1, y + bottom * CELL_HEIGHT - 1), fill=ink)
        if shapes is None and character != " ":
            font = fonts[bold]
            if ord(character) > 0x2100 and font.getmask(character).getbbox() == font.getmask("\uffff").getbbox():
                font = wide
            draw.text((x, y + 1), character, fill=ink, font=font)
    image.resize((image.width * 2 // 3, image.height * 2 // 3), Image.LANCZOS).save(output, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1])
