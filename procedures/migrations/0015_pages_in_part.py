"""How many rows of an import wait as proposals and have a page of what is beyond doubt."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procedures", "0014_fill_search_columns")]

    operations = [
        migrations.AddField("importrun", "shown_in_part", models.PositiveIntegerField(default=0)),
    ]
