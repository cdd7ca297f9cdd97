extension Topic {
    static let tides = Topic(
        name: "tides",
        text: """
            The tide is a very long wave that the moon draws around the earth. The moon pulls the
            near side of the ocean more than the far side, and the difference stretches the water
            into two low hills. The earth turns under these hills, and a harbour passes through
            one of them about every twelve hours and twenty five minutes. The sun pulls as well,
            but it is so far away that the difference is less than half as large. When the sun and
            the moon stand in one line, their hills add up and the harbour sees a spring tide.
            When they stand at a right angle, the hills fill each other's valleys and the harbour
            sees a neap tide. The shape of the coast changes everything. In the open ocean the
            tide is less than a metre high, and a sailor does not notice it. In a bay that narrows
            slowly the water is squeezed and climbs by ten metres or more. Some bays are just long
            enough to swing with the moon, as a child on a swing goes higher when somebody pushes
            at the right moment. Other seas are nearly closed, and the tide there is hardly a
            hand's breadth. People predicted the tide long before they understood it. Every
            harbour kept a table, and the table was a family secret that a father gave to his son.
            Later a machine with wheels and a long cord added up the waves of the sun and the
            moon. One turn of the handle gave one hour of the tide, and a pen drew the curve on
            paper. Today a computer adds up the same waves, and it still needs to be told what the
            coast looks like. The tide also slows the earth down. The water rubs against the sea
            floor, the day grows longer by a few thousandths of a second in a century, and the
            moon moves away by the length of a thumb each year. A coral that lived four hundred
            million years ago counted four hundred days in its year. Where the water falls far
            enough, a dam with turbines turns the tide into light. The engineers like it because
            it never fails to come. The birds like it less, because the mud where they eat lies
            under water for longer. At low tide the beach shows what it hides. Worms leave small
            heaps of sand, crabs run sideways to the nearest stone, and children dig a channel
            that the sea will close again before supper.
            """)

    static let bees = Topic(
        name: "bees",
        text: """
            A colony of bees is a small city without a mayor. The queen lays the eggs, but she
            gives no orders. The workers do everything else, and each of them changes her trade
            as she grows older. A young bee cleans the cells, then she feeds the young, then she
            builds with wax, and in the last weeks of her life she flies out for nectar. A bee
            that has found a good meadow comes home and dances in the dark. The direction of the
            dance tells the angle to the sun, and the length of the dance tells the distance. The
            other bees follow the dancer with their feet and their feelers, because nobody can see
            anything in a hive. Then they fly out and find the meadow, a kilometre away and behind
            a hill. Honey is nectar from which the bees have taken most of the water. They carry
            it from mouth to mouth, spread it in the cells, and fan their wings until it is thick.
            When it is thick enough they close the cell with a lid of wax. A jar of honey holds
            the work of a few thousand bees and a few million flowers. In the winter the bees hang
            together in a ball and shiver. The outer bees are cold and the inner bees are warm,
            and they change places all the time. The queen stays in the middle, where it is as warm
            as a summer day. In the spring the colony grows so quickly that the hive becomes too
            small. Half of the bees leave with the old queen and hang in a tree like a heavy
            fruit. Scouts look for a new home and come back to dance for it. A scout that has seen
            a poor hole dances for a short time, and a scout that has seen a good hole dances for
            a long time. Step by step the good hole wins, and the whole swarm rises and flies
            there. Nobody voted, and nobody counted. A keeper of bees needs a hat, a little smoke
            and a lot of patience. The smoke makes the bees think of a fire, and they fill
            themselves with honey before they think of the keeper. He takes what they can spare,
            and he leaves enough for the winter. Flowers and bees have made each other. A flower
            that a bee can see from far away makes more seeds, and a bee that remembers the colour
            brings home more nectar.
            """)

    static let weather = Topic(
        name: "weather",
        text: """
            The weather begins with warm air that rises. The sun heats the ground, the ground
            heats the air, and warm air is lighter than cold air. Where it rises, the pressure
            falls, and wind comes from all sides to fill the place. The earth turns under the
            wind, and so the wind never arrives in a straight line. It turns around the low
            pressure and draws the clouds into a spiral. A cloud is air that could not hold its
            water any longer. The drops in it are so small that they fall more slowly than the air
            rises. When many of them have met, they are heavy enough to reach the ground, and
            somebody opens an umbrella. Rain that falls through cold air becomes sleet, and water
            that freezes in the cloud becomes snow. A flake has six arms because ice likes the
            angle, and no two flakes took the same way down. A front is the edge between warm air
            and cold air. When the cold air comes, it pushes under the warm air like a wedge, and
            there are showers and gusts of wind. When the warm air comes, it slides up slowly, and
            it rains a little for a whole day. Fog is a cloud that is too lazy to rise. It forms
            on clear nights in the valley, and the sun eats it before noon. A forecast begins with
            thousands of measurements. Balloons carry a small radio into the sky, ships report
            from the sea, and satellites look down from above. A computer cuts the air into boxes
            and works out what flows from each box into the next. After ten days the small errors
            have grown so large that the forecast knows no more than the calendar. This is why the
            computer makes the forecast many times, and each time it begins a little differently.
            When all of them agree, the forecast is safe, and when they do not agree, it is honest
            to say so. Old signs are often right about the next few hours. A ring around the moon
            means that high clouds are coming, and the rain may follow them. A red evening means
            clear air in the west, where most of the weather comes from. But no sign knows what the
            weather will be in three weeks, and neither does anybody else.
            """)
}
