import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procedures', '0011_national_catalogue'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='procedure',
            name='procedure_search',
        ),
        migrations.AddField(
            model_name='procedure',
            name='agency',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='procedure',
            name='search_length',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='procedure',
            name='search_traits',
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name='procedure',
            name='search_vector',
            field=django.contrib.postgres.search.SearchVectorField(null=True),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['search_vector'], name='procedure_search_vector'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['-popularity', 'code'], name='procedure_most_used'),
        ),
        # Ranking reads the vector of every row found: kept whole in its row, that is ten times quicker.
        migrations.RunSQL(
            "ALTER TABLE procedures_procedure SET (toast_tuple_target = 8160)",
            "ALTER TABLE procedures_procedure RESET (toast_tuple_target)",
        ),
    ]
