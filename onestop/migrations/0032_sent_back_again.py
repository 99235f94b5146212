from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('onestop', '0031_who_took_a_list_away'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('supplements__gt', 1)), fields=['id'], name='case_sent_back_again'),
        ),
    ]
